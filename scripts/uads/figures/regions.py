"""Regions of a machine plot that show good support, false positives and false negatives, found by density.

The plane is cut into cells. The training data of a domain supports the cells of the smallest area that holds
95 % of it. Test data is counted per cell, each label in shares of its own total, so that unequal numbers do not
matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUPPORTED_SHARE = 0.95
PURE = 0.7
GOOD_FIT = 0.6  # share of a good region's test data, by closeness, that must lie as it should
MIN_SAMPLES = 3  # and this share of its label's test data:
MIN_SHARE = 0.01
MIN_EXCERPT = 0.45  # of the extent of the samples
N_CELLS = 64  # along each axis
MARGIN = 0.05  # of the extent of the samples, on each side
RADIUS = 1 / 14  # of the extent of the samples
BANDWIDTH = 0.03  # of the densities, in extents, for 1,000 samples
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
KINDS = (SUPPORT, FALSE_POSITIVES, FALSE_NEGATIVES)


@dataclass(frozen=True)
class Candidates:
    """How good each cell [cells, cells] is as the middle of a region of one kind.

    Attributes
    ----------
    kind : Kind
    score : array
        Mass within reach, the nearer the more, times its share of all that is within reach.
    enough : array of bool
        Whether so many samples within reach speak for the kind that a region is worth marking.
    mass : array
        What speaks for the kind in the cell itself.
    """

    kind: Kind
    score: NDArray[np.float64]
    enough: NDArray[np.bool_]
    mass: NDArray[np.float64]


@dataclass(frozen=True)
class Region:
    """A disc in the plane of a UMAP."""

    kind: Kind
    x: float
    y: float
    radius: float


def find_regions(x: NDArray, y: NDArray, families: NDArray[np.str_]) -> list[Region]:
    """Find at most one region of each kind, apart from each other.

    Parameters
    ----------
    x, y : array [n]
    families : array [n] of str
        ``train``, ``normal`` or ``anomaly``, which may be followed by a slash and a domain: each domain's
        training data supports on its own, so that few target samples count as much as many of the source.
        Other names do not count.

    Returns
    -------
    list of Region
        1: normals on training support and anomalies off it, hardly mixed. 2 (false positives of a detector
        that trusts the support): normals off it. 3 (false negatives): anomalies on it. A kind of which the
        plane has fewer than three samples together, or less than 1 % of a label's, is left out.
    """
    from scipy.ndimage import convolve, gaussian_filter

    kinds = np.char.partition(families, "/")[:, 0]
    counted = np.isin(kinds, ("train", "normal", "anomaly"))
    if not counted.any():
        return []
    x, y, kinds, families = x[counted], y[counted], kinds[counted], families[counted]
    extent = max(np.ptp(x), np.ptp(y)) or 1.0
    edges = [start + extent * np.linspace(-MARGIN, 1 + MARGIN, N_CELLS + 1) for start in (x.min(), y.min())]
    cells = N_CELLS / (1 + 2 * MARGIN)  # along the extent
    bandwidth = BANDWIDTH * (1000 / len(x)) ** (1 / 6) * cells
    counts = {kind: np.histogram2d(x[kinds == kind], y[kinds == kind], edges)[0] for kind in ("normal", "anomaly")}
    smooth = {kind: gaussian_filter(counts[kind], bandwidth) for kind in ("normal", "anomaly")}
    supported = np.zeros((N_CELLS, N_CELLS), bool)
    for family in np.unique(families[kinds == "train"]):
        own = families == family
        supported |= support(gaussian_filter(np.histogram2d(x[own], y[own], edges)[0], bandwidth))
    normal, anomaly = counts["normal"], counts["anomaly"]
    n_normal, n_anomaly = max(normal.sum(), 1), max(anomaly.sum(), 1)
    share = smooth["normal"] / n_normal
    rest = smooth["anomaly"] / n_anomaly
    purity = np.divide(share, share + rest, out=np.full_like(share, 0.5), where=share + rest > 0)
    distance = _distances(RADIUS * cells)

    def within(mass: NDArray) -> NDArray:
        return convolve(mass, (distance <= 1).astype(float), mode="constant")

    def around(mass: NDArray) -> NDArray:
        return convolve(mass, closeness(distance), mode="constant")

    def enough(share: NDArray, n: float) -> NDArray:
        return share >= max(MIN_SHARE, MIN_SAMPLES / n) - 1e-9

    total = around(normal / n_normal + anomaly / n_anomaly) + 1e-12
    left = normal / n_normal * supported * (purity >= PURE)
    right = anomaly / n_anomaly * ~supported * (purity <= 1 - PURE)
    astray = normal / n_normal * ~supported * purity
    hidden = anomaly / n_anomaly * supported * (1 - purity)
    poorer = np.minimum(around(left), around(right))
    fit = around(left + right) / total
    candidates = [
        Candidates(
            SUPPORT,
            poorer * fit * (fit >= GOOD_FIT),
            enough(within(left), n_normal) & enough(within(right), n_anomaly),
            left + right,
        ),
        Candidates(FALSE_POSITIVES, around(astray) ** 2 / total, enough(within(astray), n_normal), astray),
        Candidates(FALSE_NEGATIVES, around(hidden) ** 2 / total, enough(within(hidden), n_anomaly), hidden),
    ]
    centres = [(edge[1:] + edge[:-1]) / 2 for edge in edges]
    return _pick(candidates, centres, RADIUS * extent, extent)


def support(density: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the fewest cells that hold 95 % of a density."""
    descending = np.sort(density, axis=None)[::-1]
    total = descending.sum()
    if total == 0:
        return np.zeros(density.shape, bool)
    level = descending[np.searchsorted(np.cumsum(descending), SUPPORTED_SHARE * total)]
    return density >= level


def _distances(radius: float) -> NDArray[np.float64]:
    """Give how far the cells of a square lie from its middle, in radii."""
    steps = np.arange(-int(radius), int(radius) + 1) / radius
    return np.hypot(steps[:, None], steps)


def closeness(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weigh what lies within a region: fully in the middle, a ninetieth at the rim, nothing beyond.

    A region thereby lies upon a cloud of samples, and not on the gap between two.

    Parameters
    ----------
    distance : array
        From the middle, in radii.
    """
    return np.where(distance <= 1, np.exp(-4.5 * distance**2), 0.0)


def _pick(candidates: Sequence[Candidates], centres: Sequence[NDArray], radius: float, extent: float) -> list[Region]:
    """Take the best place of each kind in turn, off the earlier ones but not far from the first."""
    across, up = np.meshgrid(*centres, indexing="ij")
    regions: list[Region] = []
    for found in candidates:
        score = np.where(found.enough, found.score, 0.0)
        for number, region in enumerate(regions):
            distance = np.hypot(across - region.x, up - region.y)
            score = np.where(distance < 2.1 * radius, 0.0, score)
            if number == 0:
                score = score * np.exp(-(distance**2) / (2 * (REACH * extent) ** 2))
        if score.max() > 0:
            at = np.unravel_index(np.argmax(score), score.shape)
            inside = found.mass * closeness(np.hypot(across - across[at], up - up[at]) / radius)
            x, y = (float((inside * place).sum() / inside.sum()) for place in (across, up))
            regions.append(Region(found.kind, x, y, float(radius)))
    return regions


def excerpt(regions: Sequence[Region], x: NDArray, y: NDArray) -> tuple[float, float, float, float]:
    """Give the window (x0, x1, y0, y1) that shows the regions with some room around, or all if there are none."""
    if not regions:
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())
    room = 2.4 * regions[0].radius
    least = MIN_EXCERPT * regions[0].radius / RADIUS
    across, up = ([getattr(region, axis) for region in regions] for axis in ("x", "y"))
    return (*_widened(min(across) - room, max(across) + room, least), *_widened(min(up) - room, max(up) + room, least))


def _widened(start: float, stop: float, least: float) -> tuple[float, float]:
    missing = max(0.0, least - (stop - start)) / 2
    return start - missing, stop + missing
