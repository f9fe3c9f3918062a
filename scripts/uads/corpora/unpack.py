"""Atomic unpacking of untrusted archives, confined to the output folder.

The name, size and kind of every member are checked before the first byte is written, and sizes again while
members are written.
"""

import gzip
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO

from uads.core.errors import UserError
from uads.core.files import atomic_path

BLOCK = 1 << 20

#: An archive that unpacks to more than this multiple of its size, and to more than HARMLESS bytes, is rejected
#: as a bomb. Recorded sound rarely shrinks to half its size; the margin allows for clips of digital silence.
LARGEST_RATIO = 50
HARMLESS = 64 << 20

ENCRYPTED = 0x1


def unpack_zip(archive: str | Path, output: str | Path) -> None:
    """Unpack a zip archive into a folder.

    Parameters
    ----------
    archive : path
    output : path
        Folder to create; an existing one is replaced.

    Raises
    ------
    UserError
        If the archive is damaged or encrypted, contains anything but plain files and folders with distinct
        names below it, unpacks to much more than sound would, or does not fit on the disk.
    """
    try:
        with zipfile.ZipFile(archive) as file, atomic_path(output) as folder:
            members = file.infolist()
            for fault in _faults(members, Path(archive).stat().st_size):
                raise UserError(f"{archive} {fault}: do not trust it, download it again from its source")
            folder.mkdir()
            _refuse_if_full(archive, folder, sum(member.file_size for member in members))
            for member in members:
                _unpack_member(file, member, folder / member.filename)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserError(f"{archive} is not a complete zip archive ({error}): delete it and run again") from error


def unpack_gzip(archive: str | Path, output: str | Path) -> None:
    """Unpack a single gzipped file.

    Raises
    ------
    UserError
        If it is damaged, unpacks to far more than its own size, or does not fit on the disk.
    """
    limit = max(HARMLESS, LARGEST_RATIO * Path(archive).stat().st_size)
    try:
        with gzip.open(archive) as packed, atomic_path(output) as partial, open(partial, "wb") as file:
            _copy(packed, file, limit)
            if packed.read(1):
                raise UserError(f"{archive} unpacks to more than {limit} bytes: do not trust it")
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise UserError(f"{archive} is not a complete gzip file ({error}): delete it and run again") from error


def _unpack_member(file: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> None:
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_if_full(file.filename, target.parent, member.file_size)
    with file.open(member) as packed, open(target, "xb") as unpacked:
        if _copy(packed, unpacked, member.file_size) != member.file_size or packed.read(1):
            raise zipfile.BadZipFile(f"{member.filename} does not have its declared size")


def _copy(source: IO[bytes] | gzip.GzipFile, target: IO[bytes], limit: int) -> int:
    """Copy up to ``limit`` bytes block by block and return how many were copied."""
    copied = 0
    while block := source.read(min(BLOCK, limit - copied)):
        target.write(block)
        copied += len(block)
    return copied


def _refuse_if_full(archive: str | Path | None, folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise UserError(f"{archive} needs {needed} more bytes to unpack, {free} are free: make room and run again")


def _faults(members: Sequence[zipfile.ZipInfo], packed: int) -> Iterator[str]:
    """Yield a description of each fault in an archive's list of members."""
    files: set[PurePosixPath] = set()
    for member in members:
        name, path = member.orig_filename, PurePosixPath(member.filename)
        is_nameless = not path.parts and not member.is_dir()
        if PureWindowsPath(name).anchor or ".." in path.parts or "\\" in name or is_nameless:
            yield f"holds the path {name!r}, which leads out of its folder"
        if "\0" in name:
            yield f"holds the path {name!r}, which pretends to be another one"
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            yield f"holds {name!r}, which is a link or a device"
        if member.flag_bits & ENCRYPTED:
            yield f"holds {name!r}, which is encrypted"
        if not member.is_dir():
            if path in files:
                yield f"holds {name!r} twice"
            files.add(path)
    folders = {parent for path in files for parent in path.parents}
    folders |= {PurePosixPath(member.filename) for member in members if member.is_dir()}
    for path in files & folders:
        yield f"holds {str(path)!r} both as a file and as a folder"
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(HARMLESS, LARGEST_RATIO * packed):
        yield f"unpacks {packed} bytes to {unpacked}, more than sound would"
