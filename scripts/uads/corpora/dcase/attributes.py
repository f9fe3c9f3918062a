"""Attribute lists that the archives of 2022 and 2023 contain beside the clips.

``<machine>/attributes_00.csv``: ``file_name,d1p,d1v[,d2p,d2v...]``, then for each training clip (in the
development part also each test clip) its path, and names and values of its recording conditions. Rows may be
shorter than the header.

In all years, a clip's attributes are the ending of its name. The names in the lists may differ from those in the
ending (``speed`` and ``spd``), but every value should appear there.
"""

import csv
import logging
from collections.abc import Mapping
from pathlib import Path

from uads.core.errors import UserError

log = logging.getLogger(__name__)

#: Names and values of a clip's attributes in turn, by clip name.
Attributes = dict[str, list[str]]


def read_attributes(root: str | Path, machine: str) -> Attributes:
    """Read the attribute lists of one machine from all its unpacked archives.

    Raises
    ------
    UserError
        If a file is not an attribute list.
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
    """Return True if a listed value is missing from the ending of a clip's name."""
    return any(f"_{value}_" not in f"_{ending}_" for value in listed[1::2])


def complete_attributes(said: Mapping[str, dict[str, str]], listed: Attributes, machine: str) -> None:
    """Add the listed attributes to clips whose names have no ending, and check all others.

    Parameters
    ----------
    said : mapping of file name to dict
        Metadata of each clip; ``attributes`` is changed in place.
    listed : mapping of file name to list
        As returned by :func:`read_attributes`.
    machine : str
        Name for messages.
    """
    wrong = []
    for name, clip in said.items():
        if name in listed and not clip["attributes"]:
            clip["attributes"] = "_".join(listed[name])
        elif name in listed and contradicts(clip["attributes"], listed[name]):
            wrong.append(name)
    if wrong:
        log.warning(
            "%s: the listed attributes of %d clips differ from those in their names, such as %s (%s); names are used",
            *(machine, len(wrong), wrong[0], " ".join(listed[wrong[0]])),
        )
