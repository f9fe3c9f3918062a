"""Archives unpacked whole or not at all."""

import gzip
import shutil
import zipfile
from pathlib import Path

from uads.errors import UserError
from uads.files import whole


def unpack_zip(archive: str | Path, output: str | Path) -> None:
    """Unpack a zip archive into a folder.

    Raises
    ------
    UserError
        If it is no whole zip archive, holds a path that leads out of the folder, or does not fit on
        the disk.
    """
    try:
        with whole(output) as folder, zipfile.ZipFile(archive) as file:
            folder.mkdir()
            needed = sum(member.file_size for member in file.infolist())
            free = shutil.disk_usage(folder).free
            if needed > free:
                raise UserError(f"{archive} needs {needed} bytes to unpack, {free} are free: make room and run again")
            for member in file.namelist():
                if not (folder / member).resolve().is_relative_to(folder.resolve()):
                    raise UserError(
                        f"{archive} holds the path {member}, which leads out of its folder: do not trust it"
                    )
            file.extractall(folder)
    except zipfile.BadZipFile as error:
        raise UserError(f"{archive} is not a whole zip archive ({error}): delete it and run again") from error


def unpack_gzip(archive: str | Path, output: str | Path) -> None:
    """Unpack a single gzipped file.

    Raises
    ------
    UserError
        If it is not whole.
    """
    try:
        with whole(output) as partial, gzip.open(archive) as packed, open(partial, "wb") as file:
            shutil.copyfileobj(packed, file)
    except (gzip.BadGzipFile, EOFError) as error:
        raise UserError(f"{archive} is not a whole gzip file ({error}): delete it and run again") from error
