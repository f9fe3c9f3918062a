"""Compare the values of a tiny study between a revision and the working tree: ``python tests/golden.py REVISION``.

The old side is a clean checkout of the revision, the new side a copy of the working tree. On both, one after the other,
a frozen config replaces ``config/config.yaml``, so that no default counts. Then every score set, AdaCos' components,
every table and every UMAP is compared value by value, exactly. Metadata of the files may differ.

In ``tests/golden``, a step that changes formats or names edits these files and no others:

- ``config_2.yaml`` is the new side's config; ``config_1.yaml``, in the format of the revision, stays as it is.
- ``names.csv`` maps the old paths to the new ones, relative to ``results/golden``. ``{name}`` is any text without a
  slash. The first row that fits counts.
- ``columns.csv`` maps the old columns to the new ones, for the paths that fit a pattern like ``tables/*.csv``.

The run fails if a value differs, and if a file or column of the revision has no counterpart. What the working tree has
in addition is listed as new.
"""

import argparse
import csv
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests/golden"
STUDY = "golden"

#: What Snakemake is asked for on each side; a step that renames targets edits the new side's.
OLD_TARGETS = ("detectors", "tables", "umaps")
NEW_TARGETS = ("detectors", "tables", "umaps")

#: The revision's files that must have a counterpart.
COMPARED = ("scores/**/*.parquet", "detectors/**/components.parquet", "tables/**/*.csv", "umaps/**/*.parquet")

Pairs = Sequence[tuple[str, str]]


class Outcome(NamedTuple):
    """How one file of the revision compares.

    Parameters
    ----------
    path : str
        Relative to the results.
    shape : tuple of int
        Rows and columns.
    difference : str
        Empty if all values are equal.
    """

    path: str
    shape: tuple[int, int]
    difference: str

    def __str__(self) -> str:
        return f"{self.path}: {self.shape[0]} rows, {self.shape[1]} columns, {self.difference or 'equal'}"


# ---- running the two sides ---------------------------------------------------------------------


@contextmanager
def checkout(revision: str, folder: Path) -> Iterator[Path]:
    """Check out a revision in a folder; remove the worktree at the end."""
    git("worktree", "add", "--detach", "--quiet", str(folder), revision)
    try:
        yield folder
    finally:
        git("worktree", "remove", "--force", str(folder))


def copy_working_tree(folder: Path) -> Path:
    """Copy all files of the working tree that git tracks or does not ignore."""
    for name in filter(None, git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def run_study(folder: Path, config: Path, targets: Sequence[str], cores: int) -> Path:
    """Run the frozen study in a copy of the workflow; exit with the log's end if it fails.

    Parameters
    ----------
    folder : pathlib.Path
    config : pathlib.Path
        The complete config that replaces the default one: Snakemake reads no other.
    targets : sequence of str
    cores : int

    Returns
    -------
    pathlib.Path
        The folder with the study's results.
    """
    default = folder / "config/config.yaml"
    if not default.is_file():
        sys.exit(f"{default} does not exist: correct where tests/golden.py puts the frozen config")
    shutil.copy2(config, default)
    command = [sys.executable, "-m", "snakemake", *targets, "--cores", str(cores)]
    env = {name: value for name, value in os.environ.items() if name != "SNAKEMAKE_PROFILE"}
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{config.name}: the study failed:\n{done.stdout[-6000:]}")
    print(f"{config.name}: the study took {time.monotonic() - start:.0f} s on {cores} cores", flush=True)
    return folder / "results" / STUDY


def run_old(revision: str, cores: int, kept: Path | None) -> Path | None:
    """Run the study of a revision and keep its results, unless the folder holds them already.

    Parameters
    ----------
    revision : str
    cores : int
    kept : pathlib.Path
        A folder that is empty, does not exist or holds what this function left there.

    Returns
    -------
    pathlib.Path
        The folder with the results.
    """
    made_of = {
        "revision": git("rev-parse", f"{revision}^{{commit}}").strip(),
        "config": hashlib.sha256((FROZEN / "config_1.yaml").read_bytes()).hexdigest(),
        "cores": cores,
    }
    mark = kept / "made_of.json"
    if mark.exists():
        if json.loads(mark.read_text()) != made_of:
            sys.exit(f"{kept} holds results of another revision, config or number of cores: remove it or name another")
        print(f"{kept}: the old side's results are there already", flush=True)
        return kept / "results"
    with TemporaryDirectory() as folder, checkout(revision, Path(folder, "old")) as old:
        keep(run_study(old, FROZEN / "config_1.yaml", OLD_TARGETS, cores), kept / "results")
    mark.write_text(json.dumps(made_of))
    return kept / "results"


def keep(results: Path, target: Path) -> None:
    """Copy results to a folder and replace what an earlier run left there."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(results, target)


# ---- comparing them ----------------------------------------------------------------------------


def read_pairs(path: Path) -> Pairs:
    """Return the rows of ``names.csv``."""
    with path.open(newline="") as lines:
        return [(row["old"], row["new"]) for row in csv.DictReader(lines)]


def read_columns(path: Path) -> list[tuple[str, str, str]]:
    """Return the rows of ``columns.csv``: a pattern of old paths, an old column and a new one."""
    with path.open(newline="") as lines:
        return [(row["path"], row["old"], row["new"]) for row in csv.DictReader(lines)]


def new_name(path: str, names: Pairs) -> str | None:
    """Return the new path of an old one, or None if no row fits."""
    for old, new in names:
        parts = re.split(r"\{(\w+)\}", old)
        pattern = "".join(f"(?P<{part}>[^/]+)" if i % 2 else re.escape(part) for i, part in enumerate(parts))
        if found := re.fullmatch(pattern, path):
            return new.format(**found.groupdict())
    return None


def files(folder: Path, patterns: Iterable[str]) -> set[str]:
    """Return the paths of all files that fit a pattern, relative to the folder."""
    return {str(path.relative_to(folder)) for pattern in patterns for path in folder.glob(pattern)}


def compare_results(
    old: Path, new: Path, names: Pairs, columns: Sequence[tuple[str, str, str]]
) -> tuple[list[Outcome], list[str]]:
    """Compare the results of two sides.

    Parameters
    ----------
    old, new : pathlib.Path
        Folders of results.
    names : sequence of (str, str)
        Old and new paths, see :func:`new_name`.
    columns : sequence of (str, str, str)
        Patterns of old paths, old columns and new columns.

    Returns
    -------
    outcomes : list of Outcome
        One for each file of the old side.
    added : list of str
        Files and columns that only the new side has.
    """
    paths = {path: new_name(path, names) for path in sorted(files(old, COMPARED))}
    outcomes, added = [], []
    for path, other in paths.items():
        before = read_values(old / path)
        if other is None or not (new / other).exists():
            outcomes.append(Outcome(path, before.shape, f"no counterpart: {other or 'no row of names.csv fits'}"))
            continue
        renamed = {was: now for pattern, was, now in columns if fnmatch.fnmatch(path, pattern)}
        before, after = before.rename(columns=renamed), read_values(new / other)
        shown = path if path == other else f"{path} -> {other}"
        outcomes.append(Outcome(shown, before.shape, differ(before, after)))
        added += [f"{other}: column {name}" for name in after.columns if name not in before.columns]
    wanted = [*COMPARED, *(re.sub(r"\{\w+\}", "*", pattern) for _, pattern in names)]
    return outcomes, [*sorted(files(new, wanted) - set(paths.values())), *added]


def read_values(path: Path) -> pd.DataFrame:
    """Return a table; the cells of a CSV as text, so that ``00`` and all digits count."""
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    return pd.read_parquet(path)


def differ(old: pd.DataFrame, new: pd.DataFrame) -> str:
    """Return in what two tables differ, or nothing if all values of the old one are equal; NaN equals NaN.

    Further columns of the new table and the order of columns do not count.
    """
    if missing := [name for name in old.columns if name not in new.columns]:
        return f"no column {', '.join(missing)}"
    if len(old) != len(new):
        return f"now {len(new)} rows"
    try:
        pd.testing.assert_frame_equal(old, new[old.columns], check_exact=True)
    except AssertionError as error:
        found = [text for name in old.columns if (text := differ_in(old[name], new[name]))]
        return "; ".join(found) or str(error).replace("\n", " ")
    return ""


def differ_in(old: pd.Series, new: pd.Series) -> str:
    """Return how many cells of a column differ, and by how much at most if they are numbers."""
    cells = old.astype(object), new.astype(object)
    unequal = ~((cells[0] == cells[1]) | (old.isna() & new.isna())).to_numpy(dtype=bool)
    if not unequal.any():
        return "" if old.dtype == new.dtype else f"{old.name}: {old.dtype} became {new.dtype}"
    numbers = [pd.to_numeric(column[unequal], errors="coerce") for column in (old, new)]
    largest = (numbers[0] - numbers[1]).abs().max()
    return f"{old.name}: {unequal.sum()} cells differ" + ("" if pd.isna(largest) else f", largest {largest:.3g}")


def report(outcomes: Sequence[Outcome], added: Sequence[str]) -> int:
    """Print a line per file and a closing line.

    Returns
    -------
    int
        The exit status: 0 if all are equal.
    """
    different = [outcome for outcome in outcomes if outcome.difference]
    print(*outcomes, *(f"new: {path}" for path in added), sep="\n")
    print(f"{len(outcomes)} compared, {f'{len(different)} different' if different else 'all equal'}")
    return int(bool(different) or not outcomes)


def main() -> int:
    """Run both sides and compare them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("revision", help="the old side, such as a2d9634")
    parser.add_argument("--cores", type=int, default=2, help="cores of each side (default: 2)")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="copy the results to DIR/old and DIR/new")
    parser.add_argument(
        "--reuse", type=Path, metavar="DIR", help="keep the old side in DIR, or use it if it is finished there"
    )
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        old = run_old(arguments.revision, arguments.cores, arguments.reuse or Path(folder, "kept"))
        tree = copy_working_tree(Path(folder, "new"))
        new = run_study(tree, FROZEN / "config_2.yaml", NEW_TARGETS, arguments.cores)
        if arguments.keep:
            keep(old, arguments.keep / "old")
            keep(new, arguments.keep / "new")
        return report(
            *compare_results(old, new, read_pairs(FROZEN / "names.csv"), read_columns(FROZEN / "columns.csv"))
        )


if __name__ == "__main__":
    sys.exit(main())
