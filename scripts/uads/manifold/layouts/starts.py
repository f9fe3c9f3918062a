"""Where the samples of a layout start: a spectral embedding of their graph, or their principal components."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.float32]

#: Lanczos vectors, relative tolerance and largest number of restarts of the eigenvalue solver.
VECTORS, TOLERANCE, RESTARTS = 20, 1e-4, 500
#: Samples from which the principal components are estimated, and how.
PCA_SAMPLES, PCA_DIRECTIONS, PCA_ITERATIONS = 10_000, 8, 6
#: The extent of a start before and after it is jittered, and the jitter, as in umap-learn.
EXTENT, JITTER = 10.0, 1e-4


def find_start(graph: Any, samples: NDArray[np.float32], rng: np.random.Generator) -> tuple[Positions, str]:
    """Compute the positions from which a layout starts.

    Parameters
    ----------
    graph : sparse array [n, n]
        Symmetric; see :func:`uads.manifold.layouts.graphs.fuzzy_graph`.
    samples : array float32 [n, dimensions]
    rng : numpy.random.Generator

    Returns
    -------
    positions : array float32 [n, 2]
        Between 0 and 10 in both directions.
    name : str
        "spectral", or "pca" where the graph has several components or its eigenvectors are not found.
    """
    found = spectral_start(graph, rng)
    name = "pca" if found is None else "spectral"
    start = pca_start(samples, rng) if found is None else found
    return spread_out(start, rng), name


def spectral_start(graph: Any, rng: np.random.Generator) -> NDArray[np.float64] | None:
    """Compute the spectral embedding of a connected graph (Belkin and Niyogi, 2003).

    The second and third eigenvectors of the normalised Laplacian are those of the largest eigenvalues of the
    normalised adjacency below the first one. ARPACK finds them with few Lanczos vectors.

    Returns
    -------
    array float64 [n, 2] or None
        None for a graph of several components or of few vertices, and if the solver does not converge.
    """
    from scipy.sparse import diags_array
    from scipy.sparse.csgraph import connected_components
    from scipy.sparse.linalg import ArpackError, eigsh

    n = graph.shape[0]
    if n <= VECTORS or connected_components(graph, directed=False, return_labels=False) > 1:
        return None
    scale = diags_array(1 / np.sqrt(graph.sum(axis=1, dtype=np.float64)))
    adjacency = (scale @ graph @ scale).tocsr()
    try:
        values, vectors = eigsh(
            adjacency, 3, which="LA", ncv=VECTORS, tol=TOLERANCE, v0=rng.normal(size=n), maxiter=RESTARTS
        )
    except ArpackError:
        return None
    return vectors[:, np.argsort(-values)[1:]]


def pca_start(samples: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float64]:
    """Project samples onto their first two principal components.

    The components are estimated from at most 10,000 samples, by power iterations from random directions (Halko,
    Martinsson and Tropp, 2011).
    """
    mean = samples.mean(axis=0, dtype=np.float64).astype(np.float32)
    chosen = np.sort(rng.choice(len(samples), min(PCA_SAMPLES, len(samples)), replace=False))
    centred = samples[chosen] - mean
    directions = rng.normal(size=(samples.shape[1], PCA_DIRECTIONS)).astype(np.float32)
    for _ in range(PCA_ITERATIONS):
        directions = np.linalg.qr(centred.T @ (centred @ directions))[0]
    components = directions @ np.linalg.svd(centred @ directions, full_matrices=False)[2].T
    projected = (samples @ components[:, :2]).astype(np.float64) - mean @ components[:, :2]
    return np.pad(projected, ((0, 0), (0, 2 - projected.shape[1])))


def spread_out(start: NDArray[np.float64], rng: np.random.Generator) -> Positions:
    """Scale positions to a square of 10 by 10 and jitter them, so that no two are the same."""
    scaled = start * (EXTENT / (np.abs(start).max() or 1))
    jittered = scaled + rng.normal(scale=JITTER, size=scaled.shape)
    low, high = jittered.min(axis=0), jittered.max(axis=0)
    return (EXTENT * (jittered - low) / (high - low)).astype(np.float32)
