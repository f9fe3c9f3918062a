"""The cross: mean position of samples of low energy, an estimate of the origin of the cone."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

PUBLISHED_SKIPPED = 500
PUBLISHED_AVERAGED = 100
MIN_AVERAGED = 10
Count = int | Literal["auto"]


@dataclass(frozen=True)
class Cross:
    """Position of the cross, and the numbers of samples skipped and averaged."""

    x: float
    y: float
    skipped: int
    averaged: int

    def describe(self) -> str:
        """Describe the cross for a footnote."""
        if self.skipped == 0:
            return f"cross: mean position of the {self.averaged:,} samples of lowest energy"
        return (
            f"cross: mean position of the {self.averaged:,} samples that follow the {self.skipped:,} of lowest energy"
        )


def cross_counts(n: int, skip: Count = "auto", average: Count = "auto") -> tuple[int, int]:
    """Return how many of ``n`` samples to skip and how many to average.

    Parameters
    ----------
    n : int
    skip, average : int or "auto"
        A number is used as given, limited by ``n``. "auto" is 500 and 100 (as published) for 50,000 samples or
        more; for fewer, it is 1 % and 0.2 %, the latter at least 10.
    """
    skipped = min(PUBLISHED_SKIPPED, n // 100) if skip == "auto" else min(skip, max(0, n - 1))
    averaged = min(PUBLISHED_AVERAGED, max(MIN_AVERAGED, n // 500)) if average == "auto" else average
    return skipped, min(averaged, n - skipped)


def low_energy(energy: NDArray, skip: Count = "auto", average: Count = "auto") -> tuple[NDArray[np.int64], int]:
    """Return the indices of the samples to average, and the number of samples of lower energy to skip.

    See :func:`find_cross` for the parameters. Samples with NaN energy are ignored.
    """
    known = np.flatnonzero(~np.isnan(energy))
    skipped, averaged = cross_counts(len(known), skip, average)
    return known[np.argsort(energy[known], kind="stable")[skipped : skipped + averaged]], skipped


def find_cross(x: NDArray, y: NDArray, energy: NDArray, skip: Count = "auto", average: Count = "auto") -> Cross | None:
    """Compute the mean position of the samples that follow those of lowest energy.

    Parameters
    ----------
    x, y, energy : array [n]
        All samples of the plotted sections and of the external corpora. Samples with NaN energy are ignored.
    skip, average : int or "auto"
        See :func:`cross_counts`.

    Returns
    -------
    Cross or None
        None if no sample has an energy.
    """
    chosen, skipped = low_energy(energy, skip, average)
    if not len(chosen):
        return None
    return Cross(float(x[chosen].mean()), float(y[chosen].mean()), skipped, len(chosen))
