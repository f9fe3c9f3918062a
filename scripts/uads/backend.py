"""The backend of Keras, set up so that results are the same each time."""

import keras


def prepare_keras(seed: int, threads: int | None = None) -> None:
    """Seed all generators and ask the backend for operations that give the same result each time.

    Parameters
    ----------
    seed : int
        0 .. 2**32 - 1.
    threads : int, optional
        How many threads TensorFlow may use on the CPU. It has no effect once TensorFlow has computed anything.
    """
    if keras.config.backend() == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_op_determinism()
        if threads:
            try:
                tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
                tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
            except RuntimeError:
                pass
    keras.utils.set_random_seed(seed)
