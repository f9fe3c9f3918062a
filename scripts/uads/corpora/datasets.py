"""The dataset table: every file that a study can download, with the size and digest to verify it.

One line per file:

========  ==========================================================================================
corpus    corpus of the file; a study's corpus of that name consists of these files
part      development, additional (training clips of the evaluation part), evaluation, ground_truth,
          clips (of an external corpus) or weights
machine   machine of the clips in the file, empty if it covers all machines or none
record    number of the repository record that lists the file, if any; its metadata contain a digest
file      local name, with folders
url       address of the file
mirror    second address, tried if ``url`` fails
bytes     size, if known
digest    ``md5:...``, ``sha256:...`` or ``git-blob:...``, if known
licence   SPDX identifier
========  ==========================================================================================
"""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from uads.core.errors import UserError

COLUMNS = ["corpus", "part", "machine", "record", "file", "url", "mirror", "bytes", "digest", "licence"]
ARCHIVE_PARTS = ("development", "additional", "evaluation", "clips")
PARTS = (*ARCHIVE_PARTS, "ground_truth", "weights")
LICENCES = ("CC-BY-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", "CC0-1.0", "MIT")

#: Hexadecimal digits of each kind of digest.
DIGEST_LENGTHS = {"md5": 32, "sha256": 64, "git-blob": 40}

Row = dict[str, str]


def read_datasets(path: str | Path) -> list[Row]:
    """Read and check the dataset table.

    Raises
    ------
    UserError
        If a line is wrong; the message names the line, the problem and the fix.
    """
    shown = Path(path).name  # rules read Snakemake's copy of the table, whose path helps nobody
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise UserError(f"{shown}, line 1: the columns must be {','.join(COLUMNS)}")
        rows = list(reader)
    for line, row in enumerate(rows, 2):
        for fault in _faults(row):
            raise UserError(f"{shown}, line {line}: {fault}")
    _refuse_duplicates(shown, rows)
    return rows


def find_dataset(rows: Iterable[Row], corpus: str, file: str) -> Row:
    """Return the row of one file.

    Raises
    ------
    UserError
        If the table does not list it.
    """
    for row in rows:
        if (row["corpus"], row["file"]) == (corpus, file):
            return row
    raise UserError(f"the dataset table lists no file {file} of {corpus}: add a line to config/datasets.csv")


def _faults(row: Row) -> Iterator[str]:
    """Yield a description of each fault of a row."""
    if None in row or None in row.values():
        yield f"there must be {len(COLUMNS)} cells, {','.join(COLUMNS)}: leave unknown cells empty"
        return
    for column in ("corpus", "part", "file", "url", "licence"):
        if not row[column]:
            yield f"{column} is empty: fill it in"
    if row["part"] not in PARTS:
        yield f"part is '{row['part']}': write {', '.join(PARTS)}"
    if row["record"] and not row["record"].isdecimal():
        yield f"record is '{row['record']}': write the number of the record, or nothing"
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)*", row["file"]) or ".." in row["file"]:
        yield f"file is '{row['file']}': write a name without spaces, below the folder of the corpus"
    if row["part"] in ARCHIVE_PARTS and not row["file"].endswith(".zip"):
        yield f"file is '{row['file']}': clips must come as .zip"
    for column in ("url", "mirror"):
        if row[column] and not _is_address(row[column]):
            yield f"{column} is '{row[column]}': write an address that starts with https:// and contains no password"
    if row["mirror"] == row["url"]:
        yield "mirror is the same address as url: leave it empty"
    if row["bytes"] and not re.fullmatch("[1-9][0-9]*", row["bytes"]):
        yield f"bytes is '{row['bytes']}': write the size in bytes, or nothing"
    if row["digest"] and not is_digest(row["digest"]):
        kinds = ", ".join(f"{kind}:<{length} hexadecimal digits>" for kind, length in DIGEST_LENGTHS.items())
        yield f"digest is '{row['digest']}': write {kinds}, or nothing"
    if row["licence"] not in LICENCES:
        yield f"licence is '{row['licence']}': write one of {', '.join(LICENCES)}"


def is_digest(text: str) -> bool:
    """Return True if a digest is well-formed: its kind, a colon, lower-case hexadecimal digits."""
    kind, _, digits = text.partition(":")
    return len(digits) == DIGEST_LENGTHS.get(kind) and bool(re.fullmatch("[0-9a-f]+", digits))


def _is_address(text: str) -> bool:
    address = urlsplit(text)
    return address.scheme == "https" and bool(address.hostname) and "@" not in address.netloc


def _refuse_duplicates(table: str, rows: list[Row]) -> None:
    first: dict[tuple[str, ...], int] = {}
    for line, row in enumerate(rows, 2):
        for what, key in (("file", (row["corpus"], row["file"])), ("url", (row["url"],))):
            if key in first:
                fix = f"duplicates line {first[key]}: remove one"
                raise UserError(f"{table}, line {line}: the {what} {key[-1]} {fix}")
            first[key] = line
