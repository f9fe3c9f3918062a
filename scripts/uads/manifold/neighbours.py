"""Nearest neighbours of the unprojected samples: the costly part of a UMAP, computed once.

Layout of a graph::

    indices    int32   [n, n_neighbors]   the first neighbour of a sample is the sample itself
    distances  float32 [n, n_neighbors]
    attributes: metric, method, accelerated, seed, dimensions, recall, recall_probe, versions, and kept_variance
        where dimensions were reduced
"""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from uads.core.files import atomic_path, versions
from uads.data.stores import read_attributes, write_attributes
from uads.manifold.exact import PREPARE, Graph, Samples, itself_first, true_neighbours


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


def write_graph(path: str | Path, graph: Graph, attributes: dict[str, Any]) -> None:
    """Write a graph and its attributes as HDF5."""
    with atomic_path(path) as partial, h5py.File(partial, "w") as file:
        file["indices"], file["distances"] = graph
        write_attributes(file, attributes)


def read_graph(path: str | Path) -> tuple[Graph, dict[str, Any]]:
    """Read a graph and its attributes."""
    with h5py.File(path, "r") as file:
        return (file["indices"][:], file["distances"][:]), read_attributes(file)
