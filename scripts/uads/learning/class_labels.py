"""One-hot labels and class weights."""

import numpy as np
from numpy.typing import NDArray


def one_hot(classes: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Return one-hot labels [n, n_classes] of class indices [n]."""
    return np.eye(n_classes, dtype=np.float32)[classes]


def balanced_weights(classes: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Return the weight of each class, n / (n_classes * count), so that all classes weigh the same."""
    counts = np.bincount(classes, minlength=n_classes)
    return (len(classes) / (n_classes * np.maximum(counts, 1))).astype(np.float32)
