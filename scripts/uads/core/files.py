"""Files that are written atomically, and tables that carry their parameters.

Pandas and PyArrow are imported inside the functions that use them, since many short jobs need neither.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from glob import escape, iglob
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    import pandas as pd

METADATA_KEY = b"uads"


def find_files(folder: Path, pattern: str) -> Iterator[Path]:
    """Find files by a pattern; unlike in :meth:`pathlib.Path.glob`, ``**`` follows links to folders."""
    return (folder / name for name in iglob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207


@contextmanager
def atomic_path(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path, and rename it to ``path`` when the block ends without an error.

    Parameters
    ----------
    path : path
        The file or folder to create. An existing one is replaced.

    Yields
    ------
    Path
        A path in the same folder, with the same suffix, that does not exist yet. After an error,
        anything written there is removed.

    Notes
    -----
    Two jobs may write the same path at the same time: a scheduler restarts a job elsewhere if it has lost contact
    with a node where the job is still running. Each job writes to its own temporary path and removes those of earlier
    jobs, which then fail. The result is always complete.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{escape(path.stem)}.{8 * '[0-9a-f]'}.partial{escape(path.suffix)}"):
        remove(left)
    partial = path.with_name(f".{path.stem}.{uuid4().hex[:8]}.partial{path.suffix}")
    try:
        yield partial
        if path.is_dir():
            remove(path)
        partial.replace(path)
    except BaseException:
        remove(partial)
        raise


@contextmanager
def scratch_directory(beside: str | Path) -> Iterator[Path]:
    """Yield an empty folder beside a path, on the same disk, and remove it with its contents when the block ends.

    Folders that a killed process left beside the same path are removed, too (see the notes of :func:`whole`).
    """
    beside = Path(beside)
    beside.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{beside.name}.scratch-"
    for left in beside.parent.glob(f"{escape(prefix)}*"):
        remove(left)
    with TemporaryDirectory(prefix=prefix, dir=beside.parent) as folder:
        yield Path(folder)


def remove(path: Path) -> None:
    """Remove a file, or a folder with its contents; do nothing if it does not exist."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_table(table: pd.DataFrame, path: str | Path, metadata: Mapping[str, Any]) -> None:
    """Write a table as Parquet, with ``metadata`` (JSON) in the file.

    Equal tables and metadata give identical bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=False)
    extra = {METADATA_KEY: json.dumps(metadata, sort_keys=True).encode()}
    with atomic_path(path) as partial:
        pq.write_table(arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), **extra}), partial)


def read_table(path: str | Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Read a table written by :func:`write_table`."""
    import pyarrow.parquet as pq

    return pq.read_table(path, columns=columns).to_pandas()


def read_metadata(path: str | Path) -> dict[str, Any]:
    """Read the metadata that :func:`write_table` stored with a table."""
    import pyarrow.parquet as pq

    stored = pq.read_schema(path).metadata or {}
    return json.loads(stored.get(METADATA_KEY, b"{}"))


def versions(*packages: str) -> dict[str, str]:
    """Return the installed version of each package, for the metadata of output files."""
    return {package: version(package) for package in packages}
