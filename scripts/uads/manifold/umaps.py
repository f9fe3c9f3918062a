"""Uniform manifold approximation and projection of a sampled subset (McInnes and Healy, 2018)."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uads.manifold.exact import Graph
from uads.manifold.layouts import parallel, umap_learn

#: Minimum number of samples for a layout.
FEWEST_SAMPLES = 4

#: Functions by name that return positions and attributes of a layout.
LAYOUTS: dict[str, Callable[..., tuple[NDArray[np.float32], dict[str, Any]]]] = {
    "umap-learn": umap_learn.lay_out,
    "parallel": parallel.lay_out,
}


def embed_umap(
    samples: NDArray[np.float32],
    graph: Graph,
    layout: str,
    min_dist: float,
    metric: str,
    seed: int,
    threads: int = 1,
) -> tuple[NDArray[np.float32], dict[str, Any]]:
    """Compute the UMAP of samples in the plane from their neighbour graph.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
    graph : (indices, distances)
        As returned by :func:`uads.manifold.neighbours.find_neighbours`; its width is UMAP's ``n_neighbors``.
    layout : str
        A key of :data:`LAYOUTS`.
    min_dist : float
        Minimum distance between samples in the layout; umap-learn's default is 0.1.
    metric : str
    seed : int
    threads : int, default 1
        No layout depends on it.

    Returns
    -------
    positions : array float32 [n, 2]
        Less than four samples lie on a line.
    attributes : dict
        ``layout``, ``start`` (of the positions), ``epochs`` and ``versions`` (of the packages that computed it).
    """
    if len(samples) < FEWEST_SAMPLES:
        line = np.column_stack([np.arange(len(samples)), np.zeros(len(samples))]).astype(np.float32)
        return line, {"layout": layout, "start": "line", "epochs": 0, "versions": {}}
    positions, attributes = LAYOUTS[layout](samples, graph, min_dist, metric, seed, threads)
    return positions, {"layout": layout, **attributes}
