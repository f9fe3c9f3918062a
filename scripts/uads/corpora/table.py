"""A user's own clips, listed in a CSV with one line per clip."""

import csv
import os
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.core.errors import UserError

REQUIRED = ("path", "machine", "section", "domain", "split", "label")
OPTIONAL = ("attributes",)
ALLOWED = {
    "domain": ("source", "target"),
    "split": ("train", "test"),
    "label": ("normal", "anomaly", "unknown"),
}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def read_clip_csv(path: str | Path) -> pd.DataFrame:
    """Read and check a user's table of clips.

    Parameters
    ----------
    path : path
        CSV with the columns path, machine, section, domain, split, label and, optionally, attributes.
        Relative paths start at the folder of the CSV.

    Returns
    -------
    DataFrame
        Those columns, all text; ``path`` is relative to the working folder, or absolute if it was.

    Raises
    ------
    UserError
        If the table is wrong; the message names the line, the problem and the fix.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(
            f"{path} does not exist: name the CSV of your clips as corpora[].path in the config (a relative path "
            f"starts at {Path.cwd()})"
        )
    table = _read_lines(path)
    if table.empty:
        raise UserError(f"{path} lists no clip: add one line per clip below the first line")
    table = table.assign(**{name: "" for name in OPTIONAL if name not in table})
    table = table[[*REQUIRED, *OPTIONAL]]
    _check_values(table, path)
    table["path"] = [os.path.normpath(path.parent / name) for name in table["path"]]
    _check_paths(table, path)
    return table.reset_index(drop=True)


def _read_lines(path: Path) -> pd.DataFrame:
    """Read all lines that are not blank as stripped text, indexed by line number."""
    lines: dict[int, list[str]] = {}
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, skipinitialspace=True, strict=True)
            names = [name.strip().lower() for name in next(reader, [])]
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    lines[reader.line_num] = [cell.strip() for cell in cells]
    except (csv.Error, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a CSV: {error}".strip()) from error
    _check_names(names, path)
    for line, cells in lines.items():
        if any(cells[len(names) :]):
            raise UserError(
                f"{path}, line {line}: there are {len(cells)} cells for {len(names)} columns: "
                "put values that contain a comma in quotation marks"
            )
    filled = [(cells + [""] * len(names))[: len(names)] for cells in lines.values()]
    return pd.DataFrame(filled, index=pd.Index(lines), columns=pd.Index(names), dtype=str)


def _check_names(names: Sequence[str], path: Path) -> None:
    if not any(names):
        raise UserError(f"{path} is empty: its first line must be {','.join(REQUIRED)}")
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise UserError(
            f"{path}, line 1: the column{'s' * (len(missing) > 1)} {', '.join(missing)} "
            f"{'are' if len(missing) > 1 else 'is'} missing: the first line must be {','.join(REQUIRED)}[,attributes]"
        )
    for name in (*REQUIRED, *OPTIONAL):
        if names.count(name) > 1:
            raise UserError(f"{path}, line 1: the column {name} appears twice: remove one")


def mark_parts(clips: pd.DataFrame, corpus: str) -> pd.DataFrame:
    """Add corpus and part: unlabelled test clips are only scored, like blind ones."""
    blind = (clips["split"] == "test") & (clips["label"] == "unknown")
    return clips.assign(corpus=corpus, part=blind.map({True: "evaluation", False: "development"}))


def _check_values(table: pd.DataFrame, path: Path) -> None:
    for name, allowed in ALLOWED.items():
        _refuse(table, ~table[name].isin(allowed), path, name, f"write {' or '.join(allowed)}")
    for name in ("machine", "section"):
        ok = table[name].str.fullmatch(NAME) & (table[name] != "global")
        _refuse(table, ~ok, path, name, "use letters, digits, '_', '.' and '-' only (and not the word 'global')")
    _refuse(table, table["path"] == "", path, "path", "write the path of the audio file")
    wrong = (table["split"] == "train") & (table["label"] != "normal")
    _refuse(table, wrong, path, "label", "training clips must be normal: set split to test, or remove the line")


def _check_paths(table: pd.DataFrame, path: Path) -> None:
    twice = table["path"].duplicated()
    if twice.any():
        line = table.index[twice][0]
        first = table.index[table["path"] == table["path"][line]][0]
        raise UserError(f"{path}, line {line}: {table['path'][line]} duplicates line {first}: remove one")
    absent = ~table["path"].map(os.path.isfile)
    _refuse(table, absent, path, "path", "there is no such file; relative paths start at the folder of the CSV")


def _refuse(table: pd.DataFrame, wrong: "pd.Series[bool]", path: Path, name: str, fix: str) -> None:
    if not wrong.any():
        return
    line = table.index[wrong][0]
    more = f" ({wrong.sum() - 1} more such lines)" if wrong.sum() > 1 else ""
    raise UserError(f"{path}, line {line}: {name} is '{table[name][line]}': {fix}{more}")
