"""Data that is there already: archives and unpacked archives in a folder that others may share.

Nothing is written there. What is looked for of each archive, in this order::

    <folder>/<archive>/<machine>/...          unpacked into a folder of its own
    <folder>/{dev_data,eval_data}/<machine>   unpacked side by side, as the challenge's baselines do
    <folder>/{dev_data,eval_data}/raw/<machine>
    <folder>                                  the clips of an external corpus, anywhere below it
    <folder>/<archive>.zip
"""

from pathlib import Path

from uads.corpora.datasets import Row, machine_of


def find_present(folder: str | Path, row: Row) -> Path | None:
    """Find a file of the dataset table, or the folder that it was unpacked to.

    Parameters
    ----------
    folder : path
    row : mapping
        A row of the dataset table.

    Returns
    -------
    Path or None
        A file, a folder, or None where neither is there.
    """
    folder = Path(folder)
    file = path if (path := folder / row["file"]).is_file() else None
    if row["part"] in ("ground_truth", "weights"):
        return file
    unpacked = folder / Path(row["file"]).stem
    if unpacked.is_dir():
        return unpacked
    if row["part"] == "clips":
        return file or (folder if any(folder.glob("**/*.wav")) else None)
    part = "dev_data" if row["part"] == "development" else "eval_data"
    for beside in (folder / part / machine_of(row), folder / part / "raw" / machine_of(row)):
        if beside.is_dir() and parts_of(beside, row):
            return beside
    return file


def parts_of(folder: Path, row: Row) -> list[Path]:
    """List what in a machine's folder came from one of its archives: of two parts side by side, that part."""
    is_test = [(path, path.name.endswith("test")) for path in sorted(folder.iterdir())]
    if row["part"] == "development":
        return [path for path, _ in is_test]
    return [path for path, test in is_test if test == (row["part"] == "evaluation")]


def link_present(folder: str | Path, output: str | Path, row: Row) -> None:
    """Make a folder like the one an archive unpacks to, of links into an unpacked archive.

    Parameters
    ----------
    folder : path
        What :func:`find_present` found.
    output : path
        A folder; only links and the machine's folder are made in it.
    row : mapping
        The archive's row of the dataset table.
    """
    folder, output = Path(folder).resolve(), Path(output)
    output.mkdir(parents=True, exist_ok=True)
    if folder.name != machine_of(row):
        for path in folder.iterdir():
            (output / path.name).symlink_to(path)
        return
    own = output / machine_of(row)
    own.mkdir()
    for path in parts_of(folder, row):
        (own / path.name).symlink_to(path)
