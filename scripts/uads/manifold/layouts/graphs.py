"""Fuzzy graphs: how strongly the samples are connected to their neighbours (McInnes and Healy, 2018)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The steps, tolerance and smallest width (as a share of the mean distance) of umap-learn.
BISECTIONS, TOLERANCE, NARROWEST = 64, 1e-5, 1e-3
#: Epochs of a layout: of small sets, up to this number of samples, and of others.
SMALL_SET, EPOCHS_OF_SMALL, EPOCHS = 10_000, 500, 200


def find_widths(distances: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Find the distance of the nearest other sample, and the width of each sample's neighbourhood beyond it.

    With the width w, the memberships exp(-(distance - nearest) / w) of the neighbours sum to log2(n_neighbors).

    Parameters
    ----------
    distances : array float32 [n, n_neighbors]
        Ascending; the first is that of the sample itself.

    Returns
    -------
    widths, nearest : arrays float32 [n]
        As umap-learn's ``smooth_knn_dist``.
    """
    is_other = distances > 0
    nearest = np.where(is_other.any(axis=1), distances[np.arange(len(distances)), is_other.argmax(axis=1)], 0)
    beyond = np.maximum(distances[:, 1:] - nearest[:, None], 0).astype(np.float32)
    target = np.log2(distances.shape[1])
    widths = np.ones(len(distances), np.float32)
    active = np.arange(len(distances))
    low, high = np.zeros(len(distances), np.float32), np.full(len(distances), np.inf, np.float32)
    for _ in range(BISECTIONS):
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            total = np.nan_to_num(np.exp(-beyond[active] / widths[active, None]), nan=1.0).sum(axis=1)
        open_ = np.abs(total - target) >= TOLERANCE
        active, total = active[open_], total[open_]
        if not len(active):
            break
        is_wide = total > target
        high[active[is_wide]] = widths[active[is_wide]]
        low[active[~is_wide]] = widths[active[~is_wide]]
        middle = (low[active] + high[active]) / 2
        widths[active] = np.where(np.isinf(high[active]), 2 * widths[active], middle)
    scale = np.where(nearest > 0, distances.mean(axis=1), distances.mean())
    return np.maximum(widths, NARROWEST * scale).astype(np.float32), nearest.astype(np.float32)


def fuzzy_graph(indices: NDArray[np.int32], distances: NDArray[np.float32]) -> Any:
    """Connect samples with their neighbours by weights in 0 .. 1.

    Parameters
    ----------
    indices, distances : arrays [n, n_neighbors]
        The neighbours of each sample, itself first.

    Returns
    -------
    scipy.sparse.csr_array float32 [n, n]
        Symmetric, with sorted indices: the fuzzy union of both directions, as umap-learn's ``fuzzy_simplicial_set``.
    """
    from scipy.sparse import csr_array

    n, width = indices.shape
    widths, nearest = find_widths(distances)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.exp(-np.maximum(distances - nearest[:, None], 0) / widths[:, None])
    weights = np.where(indices == np.arange(n)[:, None], 0, np.nan_to_num(weights, nan=1.0)).astype(np.float32)
    ends = np.arange(0, n * width + 1, width)
    directed = csr_array((weights.ravel(), indices.ravel(), ends), shape=(n, n))
    directed.sort_indices()
    directed.eliminate_zeros()
    opposite = directed.T.tocsr()
    graph = directed + opposite - directed.multiply(opposite)
    graph.eliminate_zeros()
    graph.sort_indices()
    return graph


def count_epochs(n: int) -> int:
    """Return the epochs of a layout of ``n`` samples, as umap-learn chooses them."""
    return EPOCHS_OF_SMALL if n <= SMALL_SET else EPOCHS


def without_weak_edges(graph: Any, epochs: int) -> Any:
    """Return a graph without the edges that would act in no epoch."""
    kept = graph.copy()
    kept.data[kept.data < kept.data.max() / epochs] = 0
    kept.eliminate_zeros()
    return kept
