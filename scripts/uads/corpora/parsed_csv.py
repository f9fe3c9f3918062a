"""A user's table of clips, parsed once: later processes read a Parquet copy, or its counts alone.

The copy lies in :data:`uads.core.cache_folder.CACHE` and names the digest of the CSV and of the code that parsed it.
It is made anew if either has changed or it cannot be read, and does without if the folder cannot be written.
"""

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import ArrowException

from uads.core.cache_folder import CACHE
from uads.core.files import read_metadata, read_table, write_table
from uads.corpora import table

#: What clips are counted by.
KEYS = ("machine", "section", "domain", "split", "label")
PARSER = Path(str(table.__file__))
UNREADABLE = (OSError, KeyError, ValueError, ArrowException)


def read_parsed_csv(path: str | Path) -> pd.DataFrame:
    """Return a user's table of clips as :func:`uads.corpora.table.read_clip_csv` does, from the copy if there is one.

    Files of clips are looked for when the CSV is parsed only.

    Parameters
    ----------
    path : path
        The CSV.

    Raises
    ------
    UserError
        If the table is wrong; the message names the line, the problem and the fix.
    """
    if _described(path) is not None:
        with suppress(*UNREADABLE):
            return read_table(_copy_of(path))
    return _parse(path)


def count_clips(path: str | Path) -> pd.DataFrame:
    """Count the clips of a user's table.

    Parameters
    ----------
    path : path
        The CSV.

    Returns
    -------
    DataFrame
        Columns :data:`KEYS`, and ``clips``, their number; in the order in which the CSV lists the first clip of each.

    Raises
    ------
    UserError
        If the table is wrong; the message names the line, the problem and the fix.
    """
    described = _described(path)
    counts = _count(_parse(path)) if described is None else described["counts"]
    return pd.DataFrame(counts, columns=[*KEYS, "clips"])


def _count(clips: pd.DataFrame) -> list[list[Any]]:
    counts = clips.groupby(list(KEYS), sort=False, observed=True).size()
    return [[*map(str, key), int(number)] for key, number in counts.items()]  # type: ignore[misc]


def _copy_of(path: str | Path) -> Path:
    """Return the place of the copy of a CSV: one for each path."""
    return CACHE / "clips" / f"{Path(path).stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}.parquet"


def _digest(path: str | Path) -> str:
    """Return a digest of the CSV and of what parses it."""
    with open(path, "rb") as file:
        content = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{content}-{hashlib.sha256(PARSER.read_bytes()).hexdigest()}"


def _described(path: str | Path) -> dict[str, Any] | None:
    """Return the metadata of the copy, or None if there is none of this state of the CSV."""
    with suppress(*UNREADABLE):
        found = read_metadata(_copy_of(path))
        if found["digest"] == _digest(path):
            return found
    return None


def _parse(path: str | Path) -> pd.DataFrame:
    """Parse a CSV and save the copy.

    Of two processes that save at the same time, one may fail to: the other's copy is as good.
    """
    clips = table.read_clip_csv(path)
    with suppress(*UNREADABLE):
        write_table(clips, _copy_of(path), {"digest": _digest(path), "counts": _count(clips)})
    return clips
