"""How well a layout in the plane preserves the neighbours of the samples."""

import numpy as np
from numpy.typing import NDArray

from uads.manifold.exact import PREPARE, Samples, true_neighbours

#: Neighbours whose preservation is measured, and rows of distances that are ranked at a time.
N_NEIGHBORS, ROWS = 15, 500


def trustworthiness(
    samples: Samples, layout: Samples, metric: str, probe: int, rng: np.random.Generator
) -> float | None:
    """Compute the trustworthiness of a layout (are neighbours in the plane neighbours in the data?) on a random probe.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    layout : array float32 [n, 2]
    metric : str
    probe : int
        Number of samples in the probe; time and memory grow with its square.
    rng : numpy.random.Generator

    Returns
    -------
    float or None
        In 0 .. 1, for 15 neighbours or as many as possible; None for too few samples. As scikit-learn's function of
        that name, which takes longer to import than a small probe takes here; it measures metrics without products.
    """
    chosen = np.sort(rng.choice(len(samples), min(probe, len(samples)), replace=False))
    n_neighbors = min(N_NEIGHBORS, (len(chosen) - 1) // 2)
    if n_neighbors < 1:
        return None
    samples, layout = samples[chosen], layout[chosen]
    if metric not in PREPARE:
        from sklearn.manifold import trustworthiness as measure

        return float(measure(samples, layout, n_neighbors=n_neighbors, metric=metric))
    n = len(chosen)
    near = true_neighbours(layout, np.arange(n), n_neighbors + 1, "euclidean")[0][:, 1:]
    excess = sum(np.maximum(ranks - n_neighbors, 0).sum() for ranks in _ranks(PREPARE[metric](samples), near))
    return float(1 - 2 * excess / (n * n_neighbors * (2 * n - 3 * n_neighbors - 1)))


def _ranks(points: Samples, near: NDArray[np.int32]):
    """Yield, for some rows at a time, the ranks (from 1) of given points by their distance from each row."""
    halves = np.einsum("ij,ij->i", points, points) / 2
    for first in range(0, len(points), ROWS):
        rows = np.arange(first, min(first + ROWS, len(points)))
        remoteness = halves - points[rows] @ points.T
        remoteness[np.arange(len(rows)), rows] = np.inf
        limits = np.take_along_axis(remoteness, near[rows], axis=1)
        yield np.stack([np.count_nonzero(remoteness < limit[:, None], axis=1) for limit in limits.T], axis=1) + 1


def recall_in_plane(graph: NDArray[np.int32], layout: Samples, rows: NDArray[np.int64]) -> float:
    """Compute the share of the neighbours of some samples that are as near in a layout.

    Parameters
    ----------
    graph : array int32 [n, n_neighbors]
        Neighbours of each sample, itself first.
    layout : array float32 [n, 2]
    rows : array of int
        The samples whose neighbours are compared.
    """
    near = true_neighbours(layout, rows, graph.shape[1], "euclidean")[0][:, 1:]
    return float((graph[rows, 1:, None] == near[:, None, :]).any(axis=2).mean())
