"""Nearest neighbours of the unprojected samples: the costly part of a UMAP, computed once.

Layout of a graph::

    indices    int32   [n, n_neighbors]   the first neighbour of a sample is the sample itself
    distances  float32 [n, n_neighbors]
    attributes: metric, method, seed, versions
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from uads.files import versions, whole
from uads.stores import read_attributes, write_attributes

Graph = tuple[NDArray[np.int32], NDArray[np.float32]]


#: Numbers in the block of distances that an exact search holds at a time (256 MB).
BLOCK = 2**26


def exact_neighbours(samples: NDArray[np.float32], n_neighbors: int, metric: str) -> Graph:
    """Find the true nearest neighbours.

    Euclidean, cosine and correlation distances are searched by blocked matrix products, and the
    distances of the neighbours found are then computed in double precision; scikit-learn searches
    the others.
    """
    if metric not in PREPARE:
        from sklearn.neighbors import NearestNeighbors

        search = NearestNeighbors(n_neighbors=n_neighbors, metric=metric, algorithm="brute").fit(samples)
        distances, indices = search.kneighbors(samples)
        return itself_first(indices.astype(np.int32), distances.astype(np.float32))
    points = PREPARE[metric](samples)
    squares = np.einsum("ij,ij->i", points, points)
    rows = max(1, BLOCK // len(points))
    blocks = [
        _nearest(points, squares, np.arange(start, min(start + rows, len(points))), n_neighbors)
        for start in range(0, len(points), rows)
    ]
    indices = np.concatenate([found for found, _ in blocks])
    distances = np.concatenate([distance for _, distance in blocks])
    return itself_first(indices, (distances if metric == "euclidean" else distances**2 / 2).astype(np.float32))


def _centre(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Shift all samples alike: distances stay, and their squares lose fewer digits."""
    return samples - samples.mean(axis=0, dtype=np.float64).astype(np.float32)


def _unit(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale each sample to length one, where squared distances are twice the cosine distance."""
    length = np.linalg.norm(samples, axis=1, keepdims=True)
    return np.divide(samples, length, out=np.zeros_like(samples), where=length > 0)


#: What turns a metric into Euclidean distance.
PREPARE: dict[str, Callable[[NDArray[np.float32]], NDArray[np.float32]]] = {
    "euclidean": _centre,
    "cosine": _unit,
    "correlation": lambda samples: _unit(samples - samples.mean(axis=1, keepdims=True)),
}


def _nearest(
    points: NDArray[np.float32], squares: NDArray[np.float32], rows: NDArray[np.int64], n_neighbors: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Find the neighbours of some rows: indices and Euclidean distances, ascending."""
    squared = squares - 2 * (points[rows] @ points.T)
    squared[np.arange(len(rows)), rows] = -np.inf  # each sample is its own nearest
    found = np.argpartition(squared, n_neighbors - 1, axis=1)[:, :n_neighbors].astype(np.int32)
    distances = np.empty(found.shape)
    for column in range(n_neighbors):
        difference = points[rows].astype(np.float64) - points[found[:, column]]
        distances[:, column] = np.sqrt(np.einsum("ij,ij->i", difference, difference))
    order = np.lexsort((found, distances), axis=1)
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(distances, order, axis=1)


def approximate_neighbours(samples: NDArray[np.float32], n_neighbors: int, metric: str, seed: int) -> Graph:
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
    return itself_first(indices.astype(np.int32), distances.astype(np.float32))


def itself_first(indices: NDArray[np.int32], distances: NDArray[np.float32]) -> Graph:
    """Let every sample be its own first neighbour, at distance 0, as umap-learn expects it.

    Among equal samples a search may name another one first, or leave the sample itself out.
    """
    own = np.arange(len(indices), dtype=indices.dtype)
    for row in np.flatnonzero(indices[:, 0] != own):
        place = np.flatnonzero(indices[row] == row)
        last = place[0] if len(place) else indices.shape[1] - 1
        indices[row, 1 : last + 1] = indices[row, :last].copy()
        distances[row, 1 : last + 1] = distances[row, :last].copy()
        indices[row, 0] = row
    distances[:, 0] = 0
    return indices, distances


def find_neighbours(
    samples: NDArray[np.float32], n_neighbors: int, metric: str, method: str, seed: int
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
        Of the approximate search.

    Returns
    -------
    graph : (indices, distances)
    attributes : dict
        What made it.
    """
    n_neighbors = min(n_neighbors, len(samples))
    if method == "exact":
        graph = exact_neighbours(samples, n_neighbors, metric)
    else:
        graph = approximate_neighbours(samples, n_neighbors, metric, seed)
    used = (
        versions("numpy")
        if method == "exact" and metric in PREPARE
        else versions("numpy", "scikit-learn", "pynndescent")
    )
    return graph, {"metric": metric, "method": method, "seed": seed, "versions": used}


def choose_method(n_samples: int, exact_up_to: int) -> str:
    """Choose the exact search for small sets: it needs no just-in-time compilation."""
    return "exact" if n_samples <= exact_up_to else "approximate"


def write_graph(path: str | Path, graph: Graph, attributes: dict[str, Any]) -> None:
    """Write a graph."""
    with whole(path) as partial, h5py.File(partial, "w") as file:
        file["indices"], file["distances"] = graph
        write_attributes(file, attributes)


def read_graph(path: str | Path) -> tuple[Graph, dict[str, Any]]:
    """Read a graph and its attributes."""
    with h5py.File(path, "r") as file:
        return (file["indices"][:], file["distances"][:]), read_attributes(file)
