"""The attributes that archives of 2022 and 2023 list beside the clips.

``<machine>/attributes_00.csv``: ``file_name,d1p,d1v[,d2p,d2v...]``, then for each training clip (and, in the
development part, each test clip) its path, and names and values of what it was recorded under. Rows may be
shorter than the header.

A clip's attributes are the ending of its name, in all years. The names in the lists need not be those in the
ending (``speed`` and ``spd``), but every value should stand there.
"""

import csv
import logging
from collections.abc import Mapping
from pathlib import Path

from uads.errors import UserError

log = logging.getLogger(__name__)

#: For each clip's name, its attributes' names and values in turn.
Attributes = dict[str, list[str]]


def read_attributes(root: str | Path, machine: str) -> Attributes:
    """Read the lists of one machine from all its unpacked archives.

    Raises
    ------
    UserError
        If a list is not one of attributes.
    """
    attributes: Attributes = {}
    for path in sorted(Path(root).glob(f"*/{machine}/attributes_*.csv")):
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            if next(rows, [""])[0].strip() != "file_name":
                raise UserError(f"{path}, line 1: the first column must be file_name: unpack the archive again")
            for row in filter(None, rows):
                attributes[row[0].rsplit("/", 1)[-1]] = [cell.strip() for cell in row[1:] if cell.strip()]
    return attributes


def contradicts(ending: str, listed: list[str]) -> bool:
    """Say whether a listed value is missing from the ending of a clip's name."""
    return any(f"_{value}_" not in f"_{ending}_" for value in listed[1::2])


def complete_attributes(said: Mapping[str, dict[str, str]], listed: Attributes, machine: str) -> None:
    """Give clips whose names have no ending their attributes from the lists, and compare all others.

    Parameters
    ----------
    said : mapping of file name to dict
        What is known of each clip; ``attributes`` is changed.
    listed : mapping of file name to list
        As :func:`read_attributes` returned it.
    machine : str
        For messages.
    """
    wrong = []
    for name, clip in said.items():
        if name in listed and not clip["attributes"]:
            clip["attributes"] = "_".join(listed[name])
        elif name in listed and contradicts(clip["attributes"], listed[name]):
            wrong.append(name)
    if wrong:
        log.warning(
            "%s: %d clips are listed with other attributes than their names have, such as %s (%s); the names count",
            *(machine, len(wrong), wrong[0], " ".join(listed[wrong[0]])),
        )
