"""Progress of long work: a line in the log every few seconds, with the rate and the time left."""

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def track(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """Yield the items and report how far it is, how fast, and how long it will take."""
    return iter(tqdm(items, total=total, unit=f" {unit}", file=sys.stderr, mininterval=5, maxinterval=30, ascii=True))
