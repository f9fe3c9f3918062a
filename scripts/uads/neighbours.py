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

from uads.files import versions, whole
from uads.stores import read_attributes, write_attributes

Samples = NDArray[np.float32]
Graph = tuple[NDArray[np.int32], NDArray[np.float32]]
#: From some rows and a number n to candidates for the n nearest of each: indices [rows, n or more].
Search = Callable[[NDArray[np.int64], int], NDArray[np.int32]]

#: Numbers in the block of distances that an exact search holds at a time: 64 MB, and 256 MB on a device.
BLOCK, BLOCK_ON_DEVICE = 2**24, 2**26

#: Candidates beyond the neighbours wanted that an accelerator gives, which may round to fewer digits.
SPARE = 16


def true_neighbours(
    samples: Samples, rows: NDArray[np.int64], n_neighbors: int, metric: str, accelerate: bool = False
) -> Graph:
    """Find the true nearest neighbours of some samples.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    rows : array of int
        The samples whose neighbours are wanted.
    n_neighbors : int
        Per sample, itself included.
    metric : str
        Euclidean, cosine and correlation distances are searched by blocked matrix products, and the distances
        of the neighbours found are then computed in double precision; scikit-learn searches the others.
    accelerate : bool, default False
        Whether Keras' backend does the matrix products, on the device that it runs on.

    Returns
    -------
    indices, distances : arrays [len(rows), n_neighbors]
        Ascending by distance, and by index where it is the same; each sample itself comes first.
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
    """Shift all samples alike: distances stay, and their squares lose fewer digits."""
    return samples - samples.mean(axis=0, dtype=np.float64).astype(np.float32)


def _unit(samples: Samples) -> Samples:
    """Scale each sample to length one, where squared distances are twice the cosine distance.

    Samples without a direction are given one of their own: they are at distance 1 from all others, as orthogonal
    samples are, and at 0 from each other, as pynndescent has it.
    """
    length = np.linalg.norm(samples, axis=1, keepdims=True)
    unit = np.divide(samples, length, out=np.zeros_like(samples), where=length > 0)
    return unit if length.all() else np.hstack([unit, length == 0], dtype=np.float32)


def _centre_each(samples: Samples) -> Samples:
    """Shift each sample to a mean of zero; of a constant one nothing is left."""
    return samples - samples.mean(axis=1, dtype=np.float64, keepdims=True).astype(np.float32)


#: What turns a metric into Euclidean distance.
PREPARE: dict[str, Callable[[Samples], Samples]] = {
    "euclidean": _centre,
    "cosine": _unit,
    "correlation": lambda samples: _unit(_centre_each(samples)),
}


def search_on_processor(points: Samples) -> Search:
    """Prepare a search by Euclidean distance with NumPy."""
    half_squares = np.einsum("ij,ij->i", points, points) / 2

    def search(rows: NDArray[np.int64], n: int) -> NDArray[np.int32]:
        remoteness = points[rows] @ points.T
        np.subtract(half_squares, remoteness, out=remoteness)
        return np.argpartition(remoteness, n - 1, axis=1)[:, :n].astype(np.int32)

    return search


def search_on_device(points: Samples) -> Search:
    """Prepare a search by Euclidean distance with Keras, on the device that its backend runs on.

    See :func:`uads.backend.keep_all_digits`: without it a GPU may round so far that it misses neighbours.
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
    """Take the nearest of the candidates of some rows: indices and Euclidean distances, ascending."""
    distances = np.empty(candidates.shape)
    for column in range(candidates.shape[1]):
        difference = points[rows].astype(np.float64) - points[candidates[:, column]]
        distances[:, column] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    order = np.lexsort((candidates, distances), axis=1)[:, :n_neighbors]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(distances, order, axis=1)


def approximate_neighbours(samples: Samples, n_neighbors: int, metric: str, seed: int) -> Graph:
    """Find nearest neighbours by seeded descent (pynndescent), with umap-learn's own settings."""
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
    """Let every sample be its own first neighbour, at distance 0, as umap-learn expects it.

    Among equal samples a search may name another one first, or leave the sample itself out.
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
    """Give the share of the true neighbours of some samples, themselves left out, that a graph names.

    Of samples that are equally far only those count that an exact search names. 1 where there are no neighbours.
    """
    named = graph[0][rows, 1:]
    if not named.size:
        return 1.0
    true = true_neighbours(samples, rows, graph[0].shape[1], metric)[0][:, 1:]
    return float((named[:, :, None] == true[:, None, :]).any(axis=1).mean())


def reduce_dimensions(samples: Samples, kept_variance: float) -> Samples:
    """Project samples on the fewest principal components that keep a share of their variance."""
    from sklearn.decomposition import PCA

    solver: Any = "covariance_eigh"  # the one that takes least for more samples than dimensions
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
        Per sample, itself included (as umap-learn counts); at most n.
    metric : str
        A metric that both scikit-learn and pynndescent know, such as ``"euclidean"``.
    method : {"exact", "approximate"}
    seed : int
        Of the approximate search, and of the choice of the probe.
    probe : int, default 1000
        For how many samples the recall is measured.
    kept_variance : float, optional
        Share of the variance that the principal components keep in which neighbours are searched; by
        default they are searched among the samples as they are.
    accelerate : bool, default False
        See :func:`true_neighbours`.

    Returns
    -------
    graph : (indices, distances)
        Distances are those among what was searched.
    attributes : dict
        What made it, and its ``recall``: the share of the true neighbours that it names, measured on the probe
        (1 by definition where the processor searched exactly).
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
    """Choose the exact search for small sets, and for all where a device accelerates it.

    It needs no just-in-time compilation, which the approximate one does in each process anew: the distance is handed
    to its functions as a function, and numba keeps nothing of these. Up to some size it takes less time.
    """
    return "exact" if accelerate or n_samples <= exact_up_to else "approximate"


def write_graph(path: str | Path, graph: Graph, attributes: dict[str, Any]) -> None:
    """Write a graph."""
    with whole(path) as partial, h5py.File(partial, "w") as file:
        file["indices"], file["distances"] = graph
        write_attributes(file, attributes)


def read_graph(path: str | Path) -> tuple[Graph, dict[str, Any]]:
    """Read a graph and its attributes."""
    with h5py.File(path, "r") as file:
        return (file["indices"][:], file["distances"][:]), read_attributes(file)
