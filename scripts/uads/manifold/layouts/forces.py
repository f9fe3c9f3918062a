"""Forces of UMAP between two points in the plane, as formulas and as tables, and the curve that they come from."""

import numpy as np
from numpy.typing import NDArray

from uads.manifold.layouts.kernels import BIN_BITS, HIGHEST_POWER, LOWEST_POWER

#: Added to the squared distance of repulsion, as in umap-learn.
NEAREST = 1e-3
#: Distances at which the curve is fitted, and the largest of them.
FITTED, FITTED_UP_TO = 300, 3.0
#: Steps of a fit that converges in about ten.
FITTING_STEPS = 100


def fit_curve(min_dist: float) -> tuple[float, float]:
    """Fit the curve 1 / (1 + a d^(2 b)) to UMAP's membership of points at a distance d in the plane.

    The membership is 1 up to ``min_dist`` and falls exponentially beyond (McInnes and Healy, 2018). The fit is that
    of least squares at the same 300 distances as umap-learn's, by Gauss-Newton steps.

    Parameters
    ----------
    min_dist : float
        In 0 .. 1.

    Returns
    -------
    a, b : float
    """
    distances = np.linspace(0, FITTED_UP_TO, FITTED)
    membership = np.exp(-np.maximum(distances - min_dist, 0))
    distances, membership = distances[1:], membership[1:]  # at 0, any curve is 1
    logarithms = 2 * np.log(distances)
    log_a, b = 0.0, 1.0
    for _ in range(FITTING_STEPS):
        curve = 1 / (1 + np.exp(log_a + b * logarithms))
        slope = -curve * (1 - curve)
        change = np.linalg.lstsq(np.column_stack([slope, slope * logarithms]), membership - curve, rcond=None)[0]
        log_a, b = log_a + change[0], b + change[1]
        if np.abs(change).max() < 1e-12:
            break
    return float(np.exp(log_a)), float(b)


def attract(squared: NDArray[np.float64], a: float, b: float) -> NDArray[np.float64]:
    """Compute the attraction between neighbours, per unit of distance, from squared distances."""
    return 2 * a * b * squared ** (b - 1) / (1 + a * squared**b)


def repel(squared: NDArray[np.float64], a: float, b: float) -> NDArray[np.float64]:
    """Compute the repulsion between two points, per unit of distance, from squared distances."""
    return 2 * b / ((NEAREST + squared) * (1 + a * squared**b))


def tabulate_forces(a: float, b: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Tabulate attraction and repulsion for :func:`uads.manifold.layouts.kernels.look_up`.

    Returns
    -------
    attraction, repulsion : array float32
        At squared distances of 64 equal steps within each doubling, from 2**-40 to 2**30.
    """
    bins = 2**BIN_BITS
    steps = np.arange((HIGHEST_POWER - LOWEST_POWER) * bins + 1)
    squared = np.ldexp(1 + steps % bins / bins, LOWEST_POWER + steps // bins)
    return attract(squared, a, b).astype(np.float32), repel(squared, a, b).astype(np.float32)
