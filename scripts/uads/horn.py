"""The horn: whether the samples of lowest energy lie in one place of a UMAP, as a number.

Fernandez and Plumbley (2021, Section 4) observe that "the lowest-energy samples are highly concentrated" on a
"horn" of each UMAP, which they take for the tip of the cone that energy spectrograms are confined to. The
cross of their Figure 5 marks that place. Here the observation is a share that can be compared with chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.cross import Count, low_energy

#: Of all samples with an energy: those whose place is asked for.
LOWEST_SHARE = 0.01
#: Of the samples: what the region around the cross holds, hence what it holds of the lowest if energy has no effect.
REGION_SHARE = 0.05
#: What share of the lowest samples is exceeded by chance in one case of a hundred.
CHANCE = 0.99


@dataclass(frozen=True)
class Horn:
    """Where the samples of lowest energy lie.

    Attributes
    ----------
    samples : int
        With an energy.
    lowest : int
        How many of them are the lowest.
    share : float
        Of the lowest, the share within the region around the cross; NaN if there are none.
    expected : float
        The same if energy had no effect on position: the share of all samples within the region.
    limit : float
        What ``share`` exceeds with a chance of at most 1 % if energy had no effect, and samples were independent.
    """

    samples: int
    lowest: int
    share: float
    expected: float
    limit: float


def measure_horn(x: NDArray, y: NDArray, energy: NDArray, skip: Count = "auto", average: Count = "auto") -> Horn:
    """Measure which share of the samples of lowest energy lies in the densest region around the cross.

    The cross is the mean position of the samples that follow those of lowest energy, as in the figures. The
    **region** is the smallest disc around it that holds 5 % of the samples. The **lowest** are the 1 % of
    lowest energy. The samples that the cross is the mean of count for neither, so that the region does not
    favour the lowest ones: if energy had no effect on position, the lowest would be any of the samples, and
    the region would hold 5 % of them, too, but for the spread of a draw without replacement (hypergeometric).

    Parameters
    ----------
    x, y, energy : array [n]
        Of all samples of a UMAP. Samples whose energy is not a number do not count.
    skip, average : int or "auto"
        See :func:`uads.cross.cross_counts`. By default, below 50,000 samples, the lowest are just those that
        the cross leaves out.

    Returns
    -------
    Horn
    """
    from scipy.stats import hypergeom

    by_energy = np.argsort(energy, kind="stable")[: np.count_nonzero(~np.isnan(energy))]
    averaged, _ = low_energy(energy, skip, average)
    others = by_energy[~np.isin(by_energy, averaged)]
    lowest = np.isin(others, by_energy[: int(LOWEST_SHARE * len(by_energy))])
    if not lowest.any():
        return Horn(len(by_energy), 0, np.nan, np.nan, np.nan)
    distance = np.hypot(x[others] - x[averaged].mean(), y[others] - y[averaged].mean())
    last = int(np.ceil(REGION_SHARE * len(others))) - 1
    inside = distance <= np.partition(distance, last)[last]
    limit = hypergeom.ppf(CHANCE, len(others), inside.sum(), lowest.sum()) / lowest.sum()
    return Horn(len(by_energy), int(lowest.sum()), float(inside[lowest].mean()), float(inside.mean()), float(limit))


def measure_horns(
    umaps: Iterable[tuple[Mapping[str, Any], pd.DataFrame]], skip: Count = "auto", average: Count = "auto"
) -> pd.DataFrame:
    """Measure the horn of each UMAP.

    Parameters
    ----------
    umaps : iterable of (metadata, table)
        What a UMAP's table carries (``scope``, ``representation``, ``k``), and its columns x, y and energy.
    skip, average : int or "auto"
        See :func:`measure_horn`.

    Returns
    -------
    DataFrame
        scope, representation, k and the attributes of :class:`Horn`, shares in percent; times (share by
        expected) and reason (why a share is blank).
    """
    rows = []
    for metadata, table in umaps:
        x, y, energy = (table[column].to_numpy(np.float64) for column in ("x", "y", "energy"))
        horn = measure_horn(x, y, energy, skip, average)
        few = f"{horn.samples:,} samples: none of the lowest 1 % is left beside those of the cross"
        keys = {key: metadata[key] for key in ("scope", "representation", "k")}
        rows.append(keys | asdict(horn) | {"reason": "" if horn.lowest else few})
    measured = pd.DataFrame(rows)
    measured["times"] = measured["share"] / measured["expected"]
    measured[["share", "expected", "limit"]] *= 100
    return measured
