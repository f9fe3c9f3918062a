"""Distances to training clips, normalised by their local density."""

import numpy as np
from numpy.typing import NDArray


def normalised_distances(
    samples: NDArray[np.floating],
    reference: NDArray[np.floating],
    neighbours: int,
    is_same: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Compute the cosine distance to the closest reference vector, normalised by the local density of each reference.

    ``min_y d(x, y) / mean_k d(y, y_k)`` over the reference vectors y and their nearest neighbours y_k among the
    reference vectors (Wilkinghoff et al. 2025, local density-based anomaly score normalisation).

    Parameters
    ----------
    samples : array [n, d]
        Of unit length.
    reference : array [m, d]
        Of unit length.
    neighbours : int
        k; at most m - 2. With m < 3 distances are not normalised.
    is_same : array [n, m] of bool, optional
        True where the sample is the reference vector itself; it then counts neither as its own neighbour nor towards
        the density of others.

    Returns
    -------
    array [n]
        0 for the only reference vector.
    """
    samples, reference = np.asarray(samples, np.float64), np.asarray(reference, np.float64)
    distances = np.maximum(1 - samples @ reference.T, 0)
    neighbours = min(neighbours, len(reference) - 2)
    scaled = distances
    if neighbours > 0:
        between = np.maximum(1 - reference @ reference.T, 0)
        np.fill_diagonal(between, np.inf)
        nearest = np.sort(between, axis=1)[:, : neighbours + 1]
        total = np.broadcast_to(nearest[:, :neighbours].sum(axis=1), distances.shape)
        if is_same is not None:
            is_counted = is_same.any(axis=1, keepdims=True) & (distances <= nearest[:, neighbours - 1])
            total = np.where(is_counted, nearest.sum(axis=1) - distances, total)
        scaled = distances / np.maximum(total / neighbours, np.finfo(np.float32).eps)
    if is_same is not None:
        scaled = np.where(is_same, np.inf, scaled)
    closest = scaled.min(axis=1)
    return np.where(np.isfinite(closest), closest, 0)
