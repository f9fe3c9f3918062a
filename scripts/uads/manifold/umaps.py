"""Uniform manifold approximation and projection of a sampled subset (McInnes and Healy, 2018)."""

import sys
import warnings
from typing import Any

import numpy as np
from numba.core.registry import CPUDispatcher
from numpy.typing import NDArray

from uads.manifold.neighbours import Graph

#: Minimum number of samples for umap-learn.
FEWEST_SAMPLES = 4


def import_umap() -> Any:
    """Import umap-learn without TensorFlow, and with its compiled functions cached on disk.

    umap-learn would load TensorFlow for a model that is not used here, and would recompile its
    functions in every process, which takes longer than the layout of a thousand samples.
    """
    hidden = "tensorflow" not in sys.modules
    if hidden:
        sys.modules["tensorflow"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImportWarning)
            import umap
    finally:
        if hidden:
            del sys.modules["tensorflow"]
    for module in (umap.umap_, umap.layouts):
        for compiled in vars(module).values():
            if isinstance(compiled, CPUDispatcher):
                compiled.enable_caching()
    return umap


def embed_umap(
    samples: NDArray[np.float32], graph: Graph, min_dist: float, metric: str, seed: int
) -> NDArray[np.float32]:
    """Compute the UMAP layout of samples in the plane from their neighbour graph.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    graph : (indices, distances)
        As returned by :func:`uads.manifold.neighbours.find_neighbours`; its width is UMAP's ``n_neighbors``.
    min_dist : float
        Minimum distance between samples in the layout; umap-learn's default is 0.1.
    metric : str
    seed : int
        A seeded layout runs on one thread.

    Returns
    -------
    array float32 [n, 2]
    """
    if len(samples) < FEWEST_SAMPLES:
        return np.column_stack([np.arange(len(samples)), np.zeros(len(samples))]).astype(np.float32)
    umap = import_umap()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*precomputed_knn.*")
        warnings.filterwarnings("ignore", message="n_neighbors is larger than the dataset size")
        warnings.filterwarnings("ignore", message="n_jobs value.*")
        return umap.UMAP(
            n_neighbors=graph[0].shape[1],
            min_dist=min_dist,
            metric=metric,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(*graph, None),
        ).fit_transform(samples)


def trustworthiness(
    samples: NDArray[np.float32], layout: NDArray[np.float32], metric: str, probe: int, rng: np.random.Generator
) -> float | None:
    """Compute the trustworthiness of a layout (are neighbours in the plane neighbours in the data?) on a random probe.

    Parameters
    ----------
    samples : array [n, dimensions]
    layout : array [n, 2]
    metric : str
    probe : int
        Number of samples in the probe; time and memory grow with its square.
    rng : numpy.random.Generator

    Returns
    -------
    float or None
        In 0 .. 1, for 15 neighbours or as many as possible; None for too few samples.
    """
    from sklearn.manifold import trustworthiness as measure

    chosen = np.sort(rng.choice(len(samples), min(probe, len(samples)), replace=False))
    n_neighbors = min(15, (len(chosen) - 1) // 2)
    if n_neighbors < 1:
        return None
    return float(measure(samples[chosen], layout[chosen], n_neighbors=n_neighbors, metric=metric))
