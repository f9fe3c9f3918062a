"""What is known of published data before any of it is there: licence, citation, and numbers of clips."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Reference:
    """What the methods page states about data that a study downloads.

    Attributes
    ----------
    title : str
        Name of the data.
    licence : str
        SPDX identifier.
    citation : str
    """

    title: str
    licence: str
    citation: str


class ClipCount(NamedTuple):
    """Published clips of one machine and part, or of an external corpus.

    Attributes
    ----------
    machine, part, kind : str
        ``kind`` is train, test or external.
    clips : int
    seconds : float, default 10
        Mean length of a clip.
    sample_rate : int, default 16000
        In Hz.
    source : str, default "counted"
        How the number is known.
    """

    machine: str
    part: str
    kind: str
    clips: int
    seconds: float = 10.0
    sample_rate: int = 16000
    source: str = "counted"


def count_equal(
    machines: Iterable[str], part: str, train: int, test: int, seconds: float = 10.0
) -> Iterator[ClipCount]:
    """Yield the counts of machines that have the same number of clips."""
    for machine in machines:
        yield ClipCount(machine, part, "train", train, seconds)
        yield ClipCount(machine, part, "test", test, seconds)
