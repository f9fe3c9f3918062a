"""Progress of long work: a line in the log every few seconds, with the rate and the time left."""

import sys
from collections.abc import Iterable, Iterator
from typing import NoReturn, TypeVar

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
