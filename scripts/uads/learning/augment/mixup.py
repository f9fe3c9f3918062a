"""Mixup in NumPy, the reference of the layer."""

import numpy as np
from numpy.typing import NDArray


def mix(values: NDArray[np.float32], coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix a batch with its reverse (mixup, Zhang et al. 2018).

    Parameters
    ----------
    values : array [n, ...]
        Inputs or labels.
    coefficients : array [n]
        Weight of the sample itself, 0 .. 1.

    Returns
    -------
    array [n, ...]
        ``coefficient * values + (1 - coefficient) * values[::-1]``, sample by sample.
    """
    share = coefficients.reshape(-1, *[1] * (values.ndim - 1))
    return (share * values + (1 - share) * values[::-1]).astype(values.dtype, copy=False)
