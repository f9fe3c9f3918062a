"""Nearest neighbours of the unprojected samples: the costly part of a UMAP, computed once.

Layout of a graph::

    indices    int32   [n, n_neighbors]   the first neighbour of a sample is the sample itself
    distances  float32 [n, n_neighbors]
    attributes: metric, method, accelerated, seed, dimensions, recall, recall_probe, versions, and kept_variance
        where dimensions were reduced
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from uads.core.files import atomic_path, versions
from uads.data.stores import read_attributes, write_attributes

Samples = NDArray[np.float32]
Graph = tuple[NDArray[np.int32], NDArray[np.float32]]
#: Function of rows and a number n; returns candidates for the n nearest of each row: indices [rows, n or more].
Search = Callable[[NDArray[np.int64], int], NDArray[np.int32]]

#: Distances per block of an exact search: 64 MB, or 256 MB on a device.
BLOCK, BLOCK_ON_DEVICE = 2**24, 2**26

#: Extra candidates per sample on an accelerator, which may round to fewer digits.
SPARE = 16


def true_neighbours(
    samples: Samples, rows: NDArray[np.int64], n_neighbors: int, metric: str, accelerate: bool = False
) -> Graph:
    """Find the exact nearest neighbours of some samples.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    rows : array of int
        Indices of the samples whose neighbours are searched.
    n_neighbors : int
        Per sample, including itself.
    metric : str
        Euclidean, cosine and correlation distances are searched by blocked matrix products, and the distances
        of the neighbours found are then recomputed in double precision. Other metrics use scikit-learn.
    accelerate : bool, default False
        If True, Keras' backend computes the matrix products on its device.

    Returns
    -------
    indices, distances : arrays [len(rows), n_neighbors]
        Sorted by distance, ties by index; each sample itself comes first.
    """
    if metric not in PREPARE:
        from sklearn.neighbors import NearestNeighbors

        brute = NearestNeighbors(n_neighbors=n_neighbors, metric=metric, algorithm="brute").fit(samples)
        distances, indices = brute.kneighbors(samples[rows])
        return itself_first(rows, indices.astype(np.int32), distances.astype(np.float32))
    points = PREPARE[metric](samples)
    prepare, block_size = (search_on_device, BLOCK_ON_DEVICE) if accelerate else (search_on_processor, BLOCK)
    search = prepare(points)
    blocks = np.array_split(rows, -(-len(rows) * len(points) // block_size))
    ranked = [_rank(points, block, search(block, n_neighbors), n_neighbors) for block in blocks]
    indices, distances = (np.concatenate(parts) for parts in zip(*ranked, strict=True))
    distances = distances if metric == "euclidean" else distances**2 / 2
    return itself_first(rows, indices, distances.astype(np.float32))


def _centre(samples: Samples) -> Samples:
    """Subtract the mean of all samples; distances are unchanged, and their squares lose fewer digits."""
    return samples - samples.mean(axis=0, dtype=np.float64).astype(np.float32)


def _unit(samples: Samples) -> Samples:
    """Scale each sample to unit length, so that squared distances are twice the cosine distance.

    Zero samples share a direction in an extra dimension: as in pynndescent, their distance is 1 to all other samples
    and 0 to each other.
    """
    length = np.linalg.norm(samples, axis=1, keepdims=True)
    unit = np.divide(samples, length, out=np.zeros_like(samples), where=length > 0)
    return unit if length.all() else np.hstack([unit, length == 0], dtype=np.float32)


def _centre_each(samples: Samples) -> Samples:
    """Subtract the mean of each sample; a constant sample becomes zero."""
    return samples - samples.mean(axis=1, dtype=np.float64, keepdims=True).astype(np.float32)


#: Metric to the transformation of samples that reduces it to Euclidean distance.
PREPARE: dict[str, Callable[[Samples], Samples]] = {
    "euclidean": _centre,
    "cosine": _unit,
    "correlation": lambda samples: _unit(_centre_each(samples)),
}


def search_on_processor(points: Samples) -> Search:
    """Build a search by Euclidean distance with NumPy."""
    half_squares = np.einsum("ij,ij->i", points, points) / 2

    def search(rows: NDArray[np.int64], n: int) -> NDArray[np.int32]:
        remoteness = points[rows] @ points.T
        np.subtract(half_squares, remoteness, out=remoteness)
        return np.argpartition(remoteness, n - 1, axis=1)[:, :n].astype(np.int32)

    return search


def search_on_device(points: Samples) -> Search:
    """Build a search by Euclidean distance with Keras, on the device of its backend.

    Without :func:`uads.core.keras_setup.disable_tf32`, a GPU may round so coarsely that it misses neighbours.
    """
    from keras import ops

    resident = ops.convert_to_tensor(points)
    half_squares = ops.sum(ops.square(resident), axis=1) / 2

    def search(rows: NDArray[np.int64], n: int) -> NDArray[np.int32]:
        closeness = ops.matmul(ops.take(resident, rows, axis=0), ops.transpose(resident)) - half_squares
        _, indices = ops.top_k(closeness, min(n + SPARE, len(points)), sorted=False)
        return ops.convert_to_numpy(indices).astype(np.int32)

    return search


def _rank(
    points: Samples, rows: NDArray[np.int64], candidates: NDArray[np.int32], n_neighbors: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the nearest candidates of some rows: indices and Euclidean distances, ascending."""
    distances = np.empty(candidates.shape)
    for column in range(candidates.shape[1]):
        difference = points[rows].astype(np.float64) - points[candidates[:, column]]
        distances[:, column] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    order = np.lexsort((candidates, distances), axis=1)[:, :n_neighbors]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(distances, order, axis=1)


def approximate_neighbours(samples: Samples, n_neighbors: int, metric: str, seed: int) -> Graph:
    """Find nearest neighbours by seeded nearest-neighbour descent (pynndescent), with umap-learn's settings."""
    from pynndescent import NNDescent

    n_trees = min(64, 5 + round(len(samples) ** 0.5 / 20))
    n_iters = max(5, round(np.log2(len(samples))))
    index = NNDescent(
        samples,
        metric=metric,
        n_neighbors=n_neighbors,
        n_trees=n_trees,
        n_iters=n_iters,
        max_candidates=60,
        random_state=seed,
    )
    found: Any = index.neighbor_graph
    indices, distances = found
    return itself_first(np.arange(len(samples)), indices.astype(np.int32), distances.astype(np.float32))


def itself_first(rows: NDArray[np.int64], indices: NDArray[np.int32], distances: NDArray[np.float32]) -> Graph:
    """Move each sample to the first place among its own neighbours, at distance 0, as umap-learn expects.

    Among equal samples, a search may list another one first or omit the sample itself.
    """
    for at in np.flatnonzero(indices[:, 0] != rows):
        place = np.flatnonzero(indices[at] == rows[at])
        last = place[0] if len(place) else indices.shape[1] - 1
        indices[at, 1 : last + 1] = indices[at, :last].copy()
        distances[at, 1 : last + 1] = distances[at, :last].copy()
        indices[at, 0] = rows[at]
    distances[:, 0] = 0
    return indices, distances


def measure_recall(samples: Samples, graph: Graph, metric: str, rows: NDArray[np.int64]) -> float:
    """Compute the share of the true neighbours of some samples (without themselves) that a graph contains.

    Among equally distant samples, only those that an exact search returns count. Return 1 if there are no neighbours.
    """
    named = graph[0][rows, 1:]
    if not named.size:
        return 1.0
    true = true_neighbours(samples, rows, graph[0].shape[1], metric)[0][:, 1:]
    return float((named[:, :, None] == true[:, None, :]).any(axis=1).mean())


def reduce_dimensions(samples: Samples, kept_variance: float) -> Samples:
    """Project samples onto the fewest principal components that retain a share of their variance."""
    from sklearn.decomposition import PCA

    solver: Any = "covariance_eigh"  # cheapest for more samples than dimensions
    return PCA(kept_variance, svd_solver=solver).fit_transform(samples).astype(np.float32, copy=False)


def find_neighbours(
    samples: Samples,
    n_neighbors: int,
    metric: str,
    method: str,
    seed: int,
    probe: int = 1000,
    kept_variance: float | None = None,
    accelerate: bool = False,
) -> tuple[Graph, dict[str, Any]]:
    """Find the nearest neighbours of every sample.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    n_neighbors : int
        Per sample, including itself (as in umap-learn); limited to n.
    metric : str
        A metric that both scikit-learn and pynndescent know, such as ``"euclidean"``.
    method : {"exact", "approximate"}
    seed : int
        Seed of the approximate search and of the choice of the probe.
    probe : int, default 1000
        Number of samples on which recall is measured.
    kept_variance : float, optional
        Share of the variance retained by a projection onto principal components before the search; no
        projection by default.
    accelerate : bool, default False
        See :func:`true_neighbours`.

    Returns
    -------
    graph : (indices, distances)
        Distances are those between the searched (projected) samples.
    attributes : dict
        Settings of the search and ``recall``: the share of the true neighbours in the graph, measured on the probe
        (1 by definition for an exact search on the CPU).
    """
    n_neighbors = min(n_neighbors, len(samples))
    searched = samples if kept_variance is None else reduce_dimensions(samples, kept_variance)
    if method == "exact":
        graph = true_neighbours(searched, np.arange(len(samples)), n_neighbors, metric, accelerate)
    else:
        graph = approximate_neighbours(searched, n_neighbors, metric, seed)
    rows = np.sort(np.random.default_rng(seed).choice(len(samples), min(probe, len(samples)), replace=False))
    accelerated = accelerate and method == "exact" and metric in PREPARE
    is_true = method == "exact" and kept_variance is None and not accelerated
    used = ["numpy"] if is_true and metric in PREPARE else ["numpy", "scikit-learn", "pynndescent"]
    used += ["keras"] if accelerated else []
    reduction = {} if kept_variance is None else {"kept_variance": kept_variance}
    return graph, reduction | {
        "metric": metric,
        "method": method,
        "accelerated": accelerated,
        "seed": seed,
        "dimensions": searched.shape[1],
        "recall": 1.0 if is_true else measure_recall(samples, graph, metric, rows),
        "recall_probe": len(rows),
        "versions": versions(*used),
    }


def choose_method(n_samples: int, exact_up_to: int, accelerate: bool = False) -> str:
    """Return the method of search: exact for small sets and on a device that accelerates it, else approximate.

    The exact search is faster up to some size, since it needs no just-in-time compilation. The approximate search is
    compiled in each process: it passes the distance as a function argument, and numba cannot cache such functions.
    """
    return "exact" if accelerate or n_samples <= exact_up_to else "approximate"


def write_graph(path: str | Path, graph: Graph, attributes: dict[str, Any]) -> None:
    """Write a graph and its attributes as HDF5."""
    with atomic_path(path) as partial, h5py.File(partial, "w") as file:
        file["indices"], file["distances"] = graph
        write_attributes(file, attributes)


def read_graph(path: str | Path) -> tuple[Graph, dict[str, Any]]:
    """Read a graph and its attributes."""
    with h5py.File(path, "r") as file:
        return (file["indices"][:], file["distances"][:]), read_attributes(file)
