"""What the index needs to know of each audio file: that it can be opened, its size and its checksum."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import soundfile

from uads.errors import UserError


def find_audio(folder: str | Path, pattern: str = "**/*") -> list[Path]:
    """List the audio files below a folder, sorted by path.

    Raises
    ------
    UserError
        If the folder does not exist or holds no audio.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError(f"the folder {folder} does not exist")
    endings = {f".{name.lower()}" for name in soundfile.available_formats()} | {".aif", ".oga"}
    found = sorted(path for path in folder.glob(pattern) if path.suffix.lower() in endings and path.is_file())
    if not found:
        raise UserError(f"the folder {folder} holds no audio file ({pattern})")
    return found


def probe_files(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Read the headers and digests of audio files, several at once.

    Returns
    -------
    DataFrame
        Columns path, sample_rate, length, checksum; in the given order.

    Raises
    ------
    UserError
        If a file is missing or is no audio.
    """
    with ThreadPoolExecutor() as pool:
        return pd.DataFrame(pool.map(_probe, paths), columns=["path", "sample_rate", "length", "checksum"])


def _probe(path: str | Path) -> tuple[str, int, int, str]:
    try:
        header = soundfile.info(path)
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except soundfile.LibsndfileError as error:
        raise UserError(f"cannot read {path}: {error.error_string} Replace the file or take it out.") from error
    return str(path), header.samplerate, header.frames, digest
