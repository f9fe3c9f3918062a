"""Progress of long tasks, with rate and time left: lines in the log, or occasional lines on the terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TextIO, TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """Yield the items and report progress, rate and time left."""
    return iter(tqdm(items, total=total, unit=f" {unit}", file=sys.stderr, mininterval=5, maxinterval=30, ascii=True))


def count_bytes(name: str, done: int, total: int | None) -> "tqdm[NoReturn]":
    """Return a progress bar for a transfer, of which ``done`` bytes are already present; call ``update`` per block."""
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


class EtaReporter:
    """Progress of a long job on the terminal, reported first after some seconds and then less and less often.

    Parameters
    ----------
    name : str
        Name of the task.
    total : int
        Total number of items.
    unit : str
        Name of the items.
    terminal : TextIO, optional
        Standard output by default.
    done : int, default 0
        Number of items completed by an earlier run.
    first, longest : float, default 10, 600
        Seconds until the first line, and maximum seconds between two lines.
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
        """Advance by ``n`` items. The first update includes compilation and is excluded from the rate."""
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
    """Return a duration as text in its two largest units: days, hours, minutes, seconds."""
    left = round(seconds)
    units = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    parts: list[str] = []
    for unit, size in units.items():
        count, left = divmod(left, size)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])
