"""Exact nearest neighbours, by blocked matrix products.

Half of the work is saved where the neighbours of all samples are searched, since a distance serves both samples. A
search in single precision finds a few candidates more than are wanted, which are then ranked in double precision.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from uads.manifold.kernels import keep_nearest, keep_nearest_of_both, measure_squares

Samples = NDArray[np.float32]
Graph = tuple[NDArray[np.int32], NDArray[np.float32]]
#: Function of rows and a number n; returns candidates for the n nearest of each row: indices [rows, n or more].
Search = Callable[[NDArray[np.int64], int], NDArray[np.int32]]

#: Rows and columns of a block of distances: 16 MB.
BLOCK = 2048
#: Distances per block on a device: 256 MB.
BLOCK_ON_DEVICE = 2**26
#: Extra candidates per sample, on the processor and on an accelerator, which may round to fewer digits.
SPARE, SPARE_ON_DEVICE = 3, 16


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
    if accelerate:
        search = search_on_device(points)
        blocks = np.array_split(rows, -(-len(rows) * len(points) // BLOCK_ON_DEVICE))
        candidates = np.concatenate([search(block, n_neighbors) for block in blocks])
    else:
        candidates = search_on_processor(points, rows, n_neighbors)
    indices, distances = rank(points, rows, candidates, n_neighbors)
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


def search_on_processor(points: Samples, rows: NDArray[np.int64], n: int) -> NDArray[np.int32]:
    """Find candidates for the nearest points of some rows, by Euclidean distance, with NumPy.

    Returns
    -------
    array int32 [len(rows), n + SPARE]
        Fewer columns if there are fewer points. The nearest in single precision, ties by index.
    """
    halves = np.einsum("ij,ij->i", points, points) / 2
    width = min(n + SPARE, len(points))
    nearest = np.full((len(rows), width), np.inf, np.float32)
    indices = np.zeros((len(rows), width), np.int32)
    wants_all = np.array_equal(rows, np.arange(len(points)))
    for first in range(0, len(rows), BLOCK):
        own = slice(first, first + BLOCK)
        block = points[rows[own]]
        for start in range(first if wants_all else 0, len(points), BLOCK):
            other = slice(start, start + BLOCK)
            products = block @ points[other].T
            if wants_all and start > first:
                keep_nearest_of_both(products, halves, first, start, nearest, indices)
            else:
                keep_nearest(products, halves[rows[own]], halves[other], start, nearest[own], indices[own])
    return indices


def search_on_device(points: Samples) -> Search:
    """Build a search by Euclidean distance with Keras, on the device of its backend.

    Without :func:`uads.core.keras_setup.disable_tf32`, a GPU may round so coarsely that it misses neighbours.
    """
    from keras import ops

    resident = ops.convert_to_tensor(points)
    half_squares = ops.sum(ops.square(resident), axis=1) / 2

    def search(rows: NDArray[np.int64], n: int) -> NDArray[np.int32]:
        closeness = ops.matmul(ops.take(resident, rows, axis=0), ops.transpose(resident)) - half_squares
        _, indices = ops.top_k(closeness, min(n + SPARE_ON_DEVICE, len(points)), sorted=False)
        return ops.convert_to_numpy(indices).astype(np.int32)

    return search


def rank(
    points: Samples, rows: NDArray[np.int64], candidates: NDArray[np.int32], n_neighbors: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the nearest candidates of some rows: indices and Euclidean distances, ascending, ties by index."""
    distances = np.empty(candidates.shape)
    measure_squares(points, rows, candidates, distances)
    np.sqrt(distances, out=distances)
    order = np.lexsort((candidates, distances), axis=1)[:, :n_neighbors]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(distances, order, axis=1)


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
