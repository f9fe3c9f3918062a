"""Length normalisation of embeddings."""

import numpy as np
from numpy.typing import NDArray


def normalise_length(vectors: NDArray[np.floating]) -> NDArray[np.float64]:
    """Scale vectors (last axis) to unit length; zero vectors stay zero."""
    vectors = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)
