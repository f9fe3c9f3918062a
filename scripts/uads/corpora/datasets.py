"""The dataset table: every file that the study can download, with what is known to check it."""

import csv
from pathlib import Path

from uads.errors import UserError

COLUMNS = ["corpus", "file", "url", "bytes", "md5", "sha256", "git_sha1", "licence"]


def read_datasets(path: str | Path) -> list[dict[str, str]]:
    """Read the dataset table.

    Raises
    ------
    UserError
        If its columns are not :data:`COLUMNS`.
    """
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise UserError(f"{path}, line 1: the columns must be {','.join(COLUMNS)}")
        return list(reader)


def find_dataset(path: str | Path, corpus: str, file: str) -> dict[str, str]:
    """Find one file's row.

    Raises
    ------
    UserError
        If the table does not list it.
    """
    for row in read_datasets(path):
        if (row["corpus"], row["file"]) == (corpus, file):
            return row
    raise UserError(f"{path} lists no file {file} of {corpus}")
