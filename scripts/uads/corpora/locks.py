"""Verification records of downloads, and the lock table that collects them.

Each download writes a record beside its file, so that jobs never write to a common one. The records are
merged into the lock table, which can be compared between runs of the same study.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from uads.core.errors import UserError
from uads.core.files import atomic_path
from uads.corpora.datasets import Row


@dataclass(frozen=True)
class Verified:
    """Verification record of one file.

    Parameters
    ----------
    corpus, file : str
    bytes : int
    sha256 : str
    digest : str
        Digest that it was checked against; empty if none is known.
    stated_by : {"table", "record", "nobody"}
        Source of that digest.
    url : str
        Address that it was downloaded from, without user and query.
    """

    corpus: str
    file: str
    bytes: int
    sha256: str
    digest: str
    stated_by: str
    url: str


COLUMNS = [column.name for column in fields(Verified)]


def digests(path: str | Path, kinds: Iterable[str]) -> dict[str, str]:
    """Compute digests of a file: md5, sha256, git-blob (as printed by ``git hash-object``)."""
    header = b"blob %d\0" % Path(path).stat().st_size
    made = {kind: hashlib.sha1(header) if kind == "git-blob" else hashlib.new(kind) for kind in kinds}
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            for digest in made.values():
                digest.update(block)
    return {kind: digest.hexdigest() for kind, digest in made.items()}


def record_of(file: str | Path) -> Path:
    """Return the path of a download's verification record."""
    return Path(f"{file}.lock.json")


def write_record(verified: Verified, file: str | Path) -> None:
    """Write a download's verification record."""
    with atomic_path(record_of(file)) as partial:
        partial.write_text(json.dumps(asdict(verified), indent=1) + "\n")


def compare(verified: Verified, earlier: Mapping[str, str], where: str | Path) -> None:
    """Check that a file equals an earlier download of it.

    Raises
    ------
    UserError
        If the bytes differ.
    """
    if verified.sha256 != earlier["sha256"]:
        raise UserError(
            f"{verified.file} of {verified.corpus} is sha256:{verified.sha256}, but {where} says "
            f"sha256:{earlier['sha256']}: it has changed at its source. To accept the new one, delete the entry there"
        )


def compare_with_earlier(verified: Verified, file: str | Path, lock: str | Path) -> None:
    """Check a download against its earlier record and its row of the lock table, if any."""
    if locked := read_lock(lock).get((verified.corpus, verified.file)):
        compare(verified, locked, lock)
    if (record := record_of(file)).exists():
        compare(verified, json.loads(record.read_text()), record)


def read_lock(path: str | Path) -> dict[tuple[str, str], Row]:
    """Read the lock table, by corpus and file; empty if there is none.

    Raises
    ------
    UserError
        If its columns are not :data:`COLUMNS`.
    """
    if not Path(path).exists():
        return {}
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != COLUMNS:
            raise UserError(f"{path}, line 1: the columns must be {','.join(COLUMNS)}: correct them or delete the file")
        return {(row["corpus"], row["file"]): row for row in reader}


def merge_records(downloads: str | Path, path: str | Path) -> int:
    """Merge the records of all downloads into the lock table and return how many files it lists.

    Raises
    ------
    UserError
        If a record contradicts the table.
    """
    rows = read_lock(path)
    for record in sorted(Path(downloads).glob("**/*.lock.json")):
        verified = Verified(**json.loads(record.read_text()))
        key = (verified.corpus, verified.file)
        if key in rows:
            compare(verified, rows[key], path)
        rows[key] = {name: str(value) for name, value in asdict(verified).items()}
    with atomic_path(path) as partial, open(partial, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows))
    return len(rows)
