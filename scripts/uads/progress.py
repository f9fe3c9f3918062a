"""Progress of long work, with the rate and the time left: lines in the log, or now and then one on the terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TextIO, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """Yield the items and report how far it is, how fast, and how long it will take."""
    return iter(tqdm(items, total=total, unit=f" {unit}", file=sys.stderr, mininterval=5, maxinterval=30, ascii=True))


def count_bytes(name: str, done: int, total: int | None) -> "tqdm[NoReturn]":
    """Count the bytes of a transfer of which some are there already; to be told of each block by ``update``."""
    return tqdm(
        desc=name,
        initial=done,
        total=total,
        unit="B",
        unit_scale=True,
        file=sys.stderr,
        mininterval=5,
        maxinterval=30,
        ascii=True,
    )


class Countdown:
    """Says on the terminal how far a job of hours is: after some seconds first, then less and less often.

    Parameters
    ----------
    name : str
        What is done.
    total : int
        How much there is to do.
    unit : str
        Of what.
    terminal : TextIO, optional
        The standard output by default.
    done : int, default 0
        How much an earlier run has done.
    first, longest : float, default 10, 600
        Seconds until the first line, and at most between two.
    clock : callable, default time.monotonic
    """

    def __init__(
        self,
        name: str,
        total: int,
        unit: str,
        terminal: TextIO | None = None,
        done: int = 0,
        first: float = 10.0,
        longest: float = 600.0,
        clock: Callable[[], float] = time.monotonic,
    ):
        self._name, self._unit, self._terminal = name, unit, terminal
        self._total, self._done = total, done
        self._pause, self._longest, self._clock = first, longest, clock
        self._begun: tuple[float, int] | None = None
        self._due = clock() + first

    def count(self, n: int) -> None:
        """Note that ``n`` more are done; the first of them, for which things are compiled, tell nothing of the rate."""
        now = self._clock()
        self._done += n
        if self._begun is None:
            self._begun = now, self._done
            return
        if now < self._due:
            return
        since, before = self._begun
        rate = (self._done - before) / max(now - since, 1e-9)
        print(
            f"{self._name}: {self._done:,} of {self._total:,} {self._unit} ({self._done / self._total:.0%}), "
            f"{rate:.3g} {self._unit}/s, {as_duration((self._total - self._done) / rate)} left",
            file=self._terminal,
        )
        self._pause = min(2 * self._pause, self._longest)
        self._due = now + self._pause


def as_duration(seconds: float) -> str:
    """Write a time in its two largest units: days, hours, minutes, seconds."""
    left = round(seconds)
    units = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    parts: list[str] = []
    for unit, size in units.items():
        count, left = divmod(left, size)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
