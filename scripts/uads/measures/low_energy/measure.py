"""A measure of whether the samples of lowest energy lie in one place of a UMAP.

Fernandez and Plumbley (2021, Section 4) observe that "the lowest-energy samples are highly concentrated" on a
"horn" of each UMAP, which they interpret as the tip of the cone that energy spectrograms are confined to. The
cross of their Figure 5 marks that place. Here the observation is expressed as a share and compared with chance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.files import read_metadata, read_table
from uads.manifold.low_energy import Count, low_energy

#: Share of the samples with an energy that count as the lowest.
LOWEST_SHARE = 0.01
#: Share of the samples in the region around the cross; also the expected share of the lowest if energy has no effect.
REGION_SHARE = 0.05
#: Quantile of the share of the lowest samples under chance: it is exceeded in one case in a hundred.
CHANCE = 0.99


@dataclass(frozen=True)
class Concentration:
    """Concentration of the samples of lowest energy around the cross.

    Attributes
    ----------
    samples : int
        Number of samples with an energy.
    lowest : int
        Number of samples that count as the lowest.
    share : float
        Share of the lowest within the region around the cross; NaN if there are none.
    expected : float
        Share of all samples within the region: the expected ``share`` if energy had no effect on position.
    limit : float
        Value exceeded with a probability of at most 1 % if energy had no effect and samples were independent.
    """

    samples: int
    lowest: int
    share: float
    expected: float
    limit: float


def measure_concentration(
    x: NDArray, y: NDArray, energy: NDArray, skip: Count = "auto", average: Count = "auto"
) -> Concentration:
    """Compute the share of the samples of lowest energy that lies in the region around the cross.

    The cross is the mean position of the samples that follow those of lowest energy, as in the figures. The
    **region** is the smallest disc around it that contains 5 % of the samples. The **lowest** are the 1 % of
    lowest energy. The samples averaged for the cross are excluded from both, so that the region does not
    favour the lowest: if energy had no effect on position, they would be a random draw without replacement,
    and the region would contain 5 % of them with hypergeometric spread.

    Parameters
    ----------
    x, y, energy : array [n]
        All samples of a UMAP. Samples with NaN energy are ignored.
    skip, average : int or "auto"
        See :func:`uads.manifold.low_energy.cross_counts`. By default, for fewer than 50,000 samples, the lowest are
        those that the cross skips.

    Returns
    -------
    Concentration
    """
    from scipy.stats import hypergeom

    by_energy = np.argsort(energy, kind="stable")[: np.count_nonzero(~np.isnan(energy))]
    averaged, _ = low_energy(energy, skip, average)
    others = by_energy[~np.isin(by_energy, averaged)]
    lowest = np.isin(others, by_energy[: int(LOWEST_SHARE * len(by_energy))])
    if not lowest.any():
        return Concentration(len(by_energy), 0, np.nan, np.nan, np.nan)
    distance = np.hypot(x[others] - x[averaged].mean(), y[others] - y[averaged].mean())
    last = int(np.ceil(REGION_SHARE * len(others))) - 1
    inside = distance <= np.partition(distance, last)[last]
    limit = hypergeom.ppf(CHANCE, len(others), inside.sum(), lowest.sum()) / lowest.sum()
    return Concentration(
        len(by_energy), int(lowest.sum()), float(inside[lowest].mean()), float(inside.mean()), float(limit)
    )


def measure_umaps(
    umaps: Iterable[tuple[Mapping[str, Any], pd.DataFrame]], skip: Count = "auto", average: Count = "auto"
) -> pd.DataFrame:
    """Measure the concentration of the lowest energies in each UMAP.

    Parameters
    ----------
    umaps : iterable of (metadata, table)
        Metadata of a UMAP's table (``scope``, ``representation``, ``k``), and its columns x, y and energy.
    skip, average : int or "auto"
        See :func:`measure_concentration`.

    Returns
    -------
    DataFrame
        scope, representation, k and the attributes of :class:`Concentration`, shares in percent; times (share
        divided by expected) and reason (why a share is blank).
    """
    rows = []
    for metadata, table in umaps:
        x, y, energy = (table[column].to_numpy(np.float64) for column in ("x", "y", "energy"))
        found = measure_concentration(x, y, energy, skip, average)
        few = f"{found.samples:,} samples: none of the lowest 1 % is left beside those of the cross"
        keys = {key: metadata[key] for key in ("scope", "representation", "k")}
        rows.append(keys | asdict(found) | {"reason": "" if found.lowest else few})
    measured = pd.DataFrame(rows)
    measured["times"] = measured["share"] / measured["expected"]
    measured[["share", "expected", "limit"]] *= 100
    return measured


def measure_low_energy(inputs: Any, params: Mapping[str, Any]) -> pd.DataFrame:
    """Measure the UMAPs ``inputs.tables``, with ``cross_skip`` and ``cross_average`` of ``params``."""
    umaps = ((read_metadata(path), read_table(path, ["x", "y", "energy"])) for path in inputs.tables)
    return measure_umaps(umaps, params["cross_skip"], params["cross_average"])
