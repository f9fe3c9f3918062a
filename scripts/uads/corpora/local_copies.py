"""Existing data: archives, packed or unpacked, in a folder that may be shared.

Nothing is written to that folder. Each archive is searched for in this order::

    <folder>/<archive>/<machine>/...          unpacked into a folder of its own
    <folder>/{dev_data,eval_data}/<machine>   unpacked side by side, as the challenge's baselines do
    <folder>/{dev_data,eval_data}/raw/<machine>
    <folder>                                  the clips of an external corpus, anywhere below it
    <folder>/<archive>.zip
"""

from pathlib import Path

from uads.core.files import atomic_path, find_files
from uads.corpora.datasets import Row


def find_local_copy(folder: str | Path, row: Row) -> Path | None:
    """Return the path of a file of the dataset table, or of the folder that it was unpacked to.

    Parameters
    ----------
    folder : path
    row : mapping
        A row of the dataset table.

    Returns
    -------
    Path or None
        A file, a folder, or None if neither exists.
    """
    folder = Path(folder)
    file = path if (path := folder / row["file"]).is_file() else None
    if row["part"] in ("ground_truth", "weights"):
        return file
    unpacked = folder / Path(row["file"]).stem
    if unpacked.is_dir():
        return unpacked
    if row["part"] == "clips":
        return file or (folder if any(find_files(folder, "**/*.wav")) else None)
    part = "dev_data" if row["part"] == "development" else "eval_data"
    for beside in (folder / part / row["machine"], folder / part / "raw" / row["machine"]):
        if beside.is_dir() and parts_of(beside, row):
            return beside
    return file


def parts_of(folder: Path, row: Row) -> list[Path]:
    """List the entries of a machine's folder that came from one archive, even if two parts share the folder."""
    is_test = [(path, path.name.endswith("test")) for path in sorted(folder.iterdir())]
    if row["part"] == "development":
        return [path for path, _ in is_test]
    return [path for path, test in is_test if test == (row["part"] == "evaluation")]


def link_present(folder: str | Path, output: str | Path, row: Row) -> None:
    """Build a folder like the one that an archive unpacks to, of links into an unpacked archive.

    Parameters
    ----------
    folder : path
        Folder returned by :func:`find_present`.
    output : path
        Folder to create; an existing one is replaced.
    row : mapping
        Row of the archive in the dataset table.
    """
    folder = Path(folder).resolve()
    is_of_one_machine = folder.name == row["machine"]
    with atomic_path(output) as links:
        below = links / row["machine"] if is_of_one_machine else links
        below.mkdir(parents=True)
        for path in parts_of(folder, row) if is_of_one_machine else folder.iterdir():
            (below / path.name).symlink_to(path)
