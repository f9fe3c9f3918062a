"""The layout of umap-learn: seeded, on one thread."""

import sys
import warnings
from typing import Any

import numpy as np
from numba.core.registry import CPUDispatcher
from numpy.typing import NDArray

from uads.core.files import versions
from uads.manifold.exact import Graph
from uads.manifold.layouts.graphs import count_epochs


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
        for name, compiled in vars(module).items():
            # A serial and a parallel dispatcher of one function share a cache: one would run the other's code.
            if isinstance(compiled, CPUDispatcher) and not name.endswith("_parallel"):
                compiled.enable_caching()
    return umap


def lay_out(
    samples: NDArray[np.float32], graph: Graph, min_dist: float, metric: str, seed: int, threads: int = 1
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Compute positions in the plane, and how they were computed.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    graph : (indices, distances)
        See :func:`uads.manifold.neighbours.find_neighbours`.
    min_dist : float
    metric : str
    seed : int
        A seeded layout runs on one thread.
    threads : int, default 1
        Not used.

    Returns
    -------
    positions : array float32 [n, 2]
    attributes : dict
        ``start`` ("umap-learn": a spectral embedding, or what it falls back to), ``epochs`` and ``versions``.
    """
    umap = import_umap()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*precomputed_knn.*")
        warnings.filterwarnings("ignore", message="n_neighbors is larger than the dataset size")
        warnings.filterwarnings("ignore", message="n_jobs value.*")
        positions = umap.UMAP(
            n_neighbors=graph[0].shape[1],
            min_dist=min_dist,
            metric=metric,
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(*graph, None),
        ).fit_transform(samples)
    attributes = {
        "start": "umap-learn",
        "epochs": count_epochs(len(samples)),
        "versions": versions("umap-learn", "numba"),
    }
    return positions, attributes
