"""Seeds derived from the study and the names of a job, independent of the order of execution."""

import hashlib

import numpy as np


def derive_seed(study_seed: int, *names: object) -> int:
    """Derive the seed of one job.

    Parameters
    ----------
    study_seed : int
        The study's seed.
    *names : object
        Names that distinguish this job from all others, for example ``"samples", "fan", "mel", 5``.

    Returns
    -------
    int
        A number in 0 .. 2**32 - 1, the range that NumPy, umap-learn and Keras all accept.
    """
    text = "/".join([str(study_seed), *map(str, names)])
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "little")


def derive_rng(study_seed: int, *names: object) -> np.random.Generator:
    """Return a NumPy generator seeded with :func:`derive_seed`."""
    return np.random.default_rng(derive_seed(study_seed, *names))
