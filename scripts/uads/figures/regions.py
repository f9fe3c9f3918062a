"""Regions of a machine plot that show good support, false positives and false negatives, found by density.

The plane is cut into cells. Training data supports the cells of the smallest area that holds 95 % of it. Test
data is counted per cell, each label in shares of its own total, so that unequal numbers do not matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUPPORTED_SHARE = 0.95
PURE = 0.8
MIN_SAMPLES = 5
RADIUS = 1 / 14  # of the extent of the samples
REACH = 0.22  # how far, in extents, the others tend to lie from the first region


@dataclass(frozen=True)
class Kind:
    """What a region shows: its number in the figure, its name and what the name means."""

    number: str
    name: str
    meaning: str


SUPPORT = Kind("1", "SEP + DSUP", "good SEP and DSUP")
FALSE_POSITIVES = Kind("2", "FPos", "FPos: unsupported normals")
FALSE_NEGATIVES = Kind("3", "FNeg", "FNeg: supported anomalies")


@dataclass(frozen=True)
class Region:
    """A disc in the plane of a UMAP."""

    kind: Kind
    x: float
    y: float
    radius: float


def find_regions(x: NDArray, y: NDArray, kinds: NDArray[np.str_]) -> list[Region]:
    """Find at most one region of each kind, apart from each other.

    Parameters
    ----------
    x, y : array [n]
    kinds : array [n] of {"train", "normal", "anomaly", ...}
        Others do not count.

    Returns
    -------
    list of Region
        1: normals on training support and anomalies off it, hardly mixed. 2 (false positives of a detector
        that trusts the support): normals off it. 3 (false negatives): anomalies on it. A kind of which the
        plane has fewer than five samples together is left out.
    """
    from scipy.ndimage import convolve, gaussian_filter

    counted = np.isin(kinds, ("train", "normal", "anomaly"))
    if not counted.any():
        return []
    x, y, kinds = x[counted], y[counted], kinds[counted]
    extent = max(np.ptp(x), np.ptp(y)) or 1.0
    n_cells = int(np.clip(len(x) ** 0.5 / 1.5, 20, 72))
    edges = [start + extent * np.linspace(-0.05, 1.05, n_cells + 1) for start in (x.min(), y.min())]
    counts = {kind: np.histogram2d(x[kinds == kind], y[kinds == kind], edges)[0] for kind in np.unique(kinds)}
    empty = np.zeros((n_cells, n_cells))
    smooth = {kind: gaussian_filter(counts.get(kind, empty), 0.8) for kind in ("train", "normal", "anomaly")}
    supported = support(smooth["train"])
    normal, anomaly = (counts.get(kind, empty) for kind in ("normal", "anomaly"))
    n_normal, n_anomaly = max(normal.sum(), 1), max(anomaly.sum(), 1)
    share = smooth["normal"] / n_normal
    rest = smooth["anomaly"] / n_anomaly
    purity = np.divide(share, share + rest, out=np.full_like(share, 0.5), where=share + rest > 0)
    disc = _disc(RADIUS * n_cells / 1.1)

    def within(mass: NDArray) -> NDArray:
        return convolve(mass, disc, mode="constant")

    total = within(normal / n_normal + anomaly / n_anomaly) + 1e-12
    left = within(normal / n_normal * supported * (purity >= PURE))
    right = within(anomaly / n_anomaly * ~supported * (purity <= 1 - PURE))
    astray = within(normal / n_normal * ~supported * purity)
    hidden = within(anomaly / n_anomaly * supported * (1 - purity))
    scores = {
        SUPPORT: (np.minimum(left, right) * (left + right) / total, np.minimum(left * n_normal, right * n_anomaly)),
        FALSE_POSITIVES: (astray**2 / total, astray * n_normal),
        FALSE_NEGATIVES: (hidden**2 / total, hidden * n_anomaly),
    }
    centres = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    return _pick(scores, centres, RADIUS * extent, extent)


def support(density: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the fewest cells that hold 95 % of a density."""
    descending = np.sort(density, axis=None)[::-1]
    total = descending.sum()
    if total == 0:
        return np.zeros(density.shape, bool)
    level = descending[np.searchsorted(np.cumsum(descending), SUPPORTED_SHARE * total)]
    return density >= level


def _disc(radius: float) -> NDArray[np.float64]:
    reach = max(1, int(round(radius)))
    steps = np.arange(-reach, reach + 1)
    return (steps[:, None] ** 2 + steps**2 <= max(radius, 1) ** 2).astype(float)


def _pick(scores: dict, centres: Sequence[NDArray], radius: float, extent: float) -> list[Region]:
    """Take the best place of each kind in turn, off the earlier ones but not far from the first."""
    across, up = np.meshgrid(*centres, indexing="ij")
    regions: list[Region] = []
    for kind, (score, samples) in scores.items():
        score = np.where(samples >= MIN_SAMPLES, score, 0.0)
        for number, region in enumerate(regions):
            distance = np.hypot(across - region.x, up - region.y)
            score = np.where(distance < 2.1 * radius, 0.0, score)
            if number == 0:
                score = score * np.exp(-(distance**2) / (2 * (REACH * extent) ** 2))
        if score.max() > 0:
            at = np.unravel_index(np.argmax(score), score.shape)
            regions.append(Region(kind, float(across[at]), float(up[at]), radius))
    return regions


def excerpt(regions: Sequence[Region], x: NDArray, y: NDArray) -> tuple[float, float, float, float]:
    """Give the window (x0, x1, y0, y1) that shows the regions with some room around, or all if there are none."""
    if not regions:
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())
    room = 2.4 * regions[0].radius
    return (
        min(region.x for region in regions) - room,
        max(region.x for region in regions) + room,
        min(region.y for region in regions) - room,
        max(region.y for region in regions) + room,
    )
