"""What all detectors share: their members and score sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Member:
    """One training job: its name, the machines whose training clips it sees, and its own settings."""

    name: str
    machines: tuple[str, ...]
    overrides: Mapping[str, Any]


@dataclass(frozen=True)
class ScoreSet:
    """One score per clip.

    Attributes
    ----------
    label : str
        Column heading.
    inputs : tuple of (str, str)
        Detector and member.
    combine : str, default "sum"
    control : bool, default False
        Whether it is not considered for the best value of a table.
    note : str, default ""
        A sentence below tables.
    """

    label: str
    inputs: tuple[tuple[str, str], ...]
    combine: str = "sum"
    control: bool = False
    note: str = ""
