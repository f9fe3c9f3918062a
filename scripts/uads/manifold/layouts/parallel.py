"""A layout of UMAP's graph that is the same for any number of threads.

It optimises what umap-learn optimises, by the same forces, epochs and learning rates. It differs in the order of the
steps: within an epoch, each vertex moves along its own edges and sees all others where they were at the start of the
epoch, so that vertices can move in any order and on any thread. Attraction is an implicit step, which does not
overshoot the resting neighbour: a vertex that is pulled by g moves by g / (1 + rate g). Negative samples come from a
counter: they depend on seed, epoch and edge only.
"""

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uads.core.files import versions
from uads.core.seeds import derive_seed
from uads.manifold.exact import Graph
from uads.manifold.layouts.forces import fit_curve, tabulate_forces
from uads.manifold.layouts.graphs import count_epochs, fuzzy_graph, without_weak_edges
from uads.manifold.layouts.kernels import WHOLE, move_vertices
from uads.manifold.layouts.starts import Positions, find_start

#: Vertices that a thread moves at a time.
VERTICES = 2048


def lay_out(
    samples: NDArray[np.float32],
    graph: Graph,
    min_dist: float,
    metric: str,
    seed: int,
    threads: int = 1,
) -> tuple[Positions, dict[str, Any]]:
    """Compute positions in the plane, and how they were computed.

    Parameters
    ----------
    samples : array float32 [n, dimensions]
        For their principal components, where the graph has no spectral embedding.
    graph : (indices, distances)
        See :func:`uads.manifold.neighbours.find_neighbours`.
    min_dist : float
    metric : str
        Not used: the graph holds the distances.
    seed : int
    threads : int, default 1
        The positions do not depend on it.

    Returns
    -------
    positions : array float32 [n, 2]
    attributes : dict
        ``start`` ("spectral" or "pca"), ``epochs`` and ``versions``.
    """
    from threadpoolctl import threadpool_limits

    epochs = count_epochs(len(samples))
    connected = without_weak_edges(fuzzy_graph(*graph), epochs)
    with threadpool_limits(1):  # sums in linear algebra depend on the number of threads
        start, name = find_start(connected, samples, np.random.default_rng(seed))
    positions = optimise(connected, start, epochs, min_dist, seed, threads)
    return positions, {"start": name, "epochs": epochs, "versions": versions("numba", "scipy")}


def optimise(graph: Any, start: Positions, epochs: int, min_dist: float, seed: int, threads: int = 1) -> Positions:
    """Move the vertices of a graph from a start until neighbours are close and others apart.

    Parameters
    ----------
    graph : sparse array [n, n]
        Symmetric.
    start : array float32 [n, 2]
    epochs : int
    min_dist : float
    seed : int
    threads : int, default 1

    Returns
    -------
    array float32 [n, 2]
    """
    forces = tabulate_forces(*fit_curve(min_dist))
    ends, neighbours = (numbers.astype(np.int32) for numbers in (graph.indptr, graph.indices))
    steps = np.ceil(graph.data.astype(np.float64) / graph.data.max() * WHOLE).astype(np.uint32)
    now, moved = start.copy(), np.empty_like(start)
    firsts = list(range(0, len(start), VERTICES))
    lasts = [*firsts[1:], len(start)]
    with ThreadPoolExecutor(threads) as pool:
        run = map if threads == 1 else pool.map
        for epoch in range(1, epochs):
            rate = np.float32(1 - (epoch - 1) / epochs)
            key = np.uint64(derive_seed(seed, epoch) << 32 | derive_seed(seed, epoch, "low"))
            move = partial(move_vertices, now, moved, ends, neighbours, steps, epoch, rate, key, *forces)
            deque(run(move, firsts, lasts), maxlen=0)
            now, moved = moved, now
    return now
