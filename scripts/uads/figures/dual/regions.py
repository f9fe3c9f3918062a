"""Regions of a machine plot that show good support, false positives and false negatives, found by density.

The plane is divided into cells. The training data of a domain supports the smallest area of cells that contains
95 % of it. Test data is counted per cell, each label as a share of its own total, so that unequal numbers do not
matter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SUPPORTED_SHARE = 0.95
PURE = 0.7
GOOD_FIT = 0.6  # share of a good region's test data, weighted by closeness, that must support it
MIN_SAMPLES = 3  # in a region
MIN_SHARE = 0.01  # in a region, of its label's test data
MIN_EXCERPT = 0.45  # of the extent of the samples
N_CELLS = 64  # along each axis
MARGIN = 0.05  # of the extent of the samples, on each side
RADIUS = 1 / 14  # of the extent of the samples
BANDWIDTH = 0.03  # of the densities, in extents, for 1,000 samples
REACH = 0.22  # typical distance, in extents, of the other regions from the first


@dataclass(frozen=True)
class Kind:
    """Kind of a region: its number in the figure, its name and its meaning."""

    number: str
    name: str
    meaning: str


SUPPORT = Kind("1", "SEP + DSUP", "good SEP and DSUP")
FALSE_POSITIVES = Kind("2", "FPos", "FPos: unsupported normals")
FALSE_NEGATIVES = Kind("3", "FNeg", "FNeg: supported anomalies")
KINDS = (SUPPORT, FALSE_POSITIVES, FALSE_NEGATIVES)


@dataclass(frozen=True)
class Candidates:
    """Suitability of each cell [cells, cells] as the centre of a region of one kind.

    Attributes
    ----------
    kind : Kind
    score : array
        Mass within reach, weighted by closeness, times its share of all mass within reach.
    enough : array of bool
        Whether enough samples within reach support the kind to mark a region.
    mass : array
        Mass in the cell itself that supports the kind.
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
    """Find at most one region of each kind, without overlap.

    Parameters
    ----------
    x, y : array [n]
    families : array [n] of str
        ``train``, ``normal`` or ``anomaly``, optionally followed by a slash and a domain: the support of
        each domain is computed separately, so that few target samples count as much as many source samples.
        Other names are ignored.

    Returns
    -------
    list of Region
        1: normals on training support and anomalies off it, hardly mixed. 2 (false positives of a detector
        that trusts the support): normals off it. 3 (false negatives): anomalies on it. A kind is omitted if no
        region contains at least three of its samples and 1 % of the label's.
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
    """Return a mask of the fewest cells that contain 95 % of a density."""
    descending = np.sort(density, axis=None)[::-1]
    total = descending.sum()
    if total == 0:
        return np.zeros(density.shape, bool)
    level = descending[np.searchsorted(np.cumsum(descending), SUPPORTED_SHARE * total)]
    return density >= level


def _distances(radius: float) -> NDArray[np.float64]:
    """Return the distances of the cells of a square from its centre, in radii."""
    steps = np.arange(-int(radius), int(radius) + 1) / radius
    return np.hypot(steps[:, None], steps)


def closeness(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weights of samples in a region: 1 at the centre, 1/90 at the rim, 0 beyond.

    The weights centre a region on a cloud of samples, and not on the gap between two.

    Parameters
    ----------
    distance : array
        Distance from the centre, in radii.
    """
    return np.where(distance <= 1, np.exp(-4.5 * distance**2), 0.0)


def _pick(candidates: Sequence[Candidates], centres: Sequence[NDArray], radius: float, extent: float) -> list[Region]:
    """Select the best place of each kind in turn, clear of the earlier ones but not far from the first."""
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
    """Return the window (x0, x1, y0, y1) around the regions with a margin, or around all samples if there are none."""
    if not regions:
        return float(x.min()), float(x.max()), float(y.min()), float(y.max())
    room = 2.4 * regions[0].radius
    least = MIN_EXCERPT * regions[0].radius / RADIUS
    across, up = ([getattr(region, axis) for region in regions] for axis in ("x", "y"))
    return (*_widened(min(across) - room, max(across) + room, least), *_widened(min(up) - room, max(up) + room, least))


def _widened(start: float, stop: float, least: float) -> tuple[float, float]:
    missing = max(0.0, least - (stop - start)) / 2
    return start - missing, stop + missing
