"""The backend of Keras, set up so that results are the same each time and memory is taken as it is needed."""

import os

import keras


def prepare_keras(seed: int, threads: int | None = None) -> None:
    """Seed all generators and ask the backend for operations that give the same result each time.

    On a GPU, memory is taken as it is needed, so that several jobs can share one.

    Parameters
    ----------
    seed : int
        0 .. 2**32 - 1.
    threads : int, optional
        How many threads TensorFlow or PyTorch may use on the CPU; JAX takes all that it is given. It has no
        effect once TensorFlow has computed anything.

    Notes
    -----
    What is computed in single precision keeps all its digits (:func:`keep_all_digits`).
    """
    keep_all_digits()
    prepare = {"tensorflow": _prepare_tensorflow, "jax": _prepare_jax, "torch": _prepare_torch}
    prepare[keras.config.backend()](threads)
    keras.utils.set_random_seed(seed)


def _prepare_tensorflow(threads: int | None) -> None:
    import tensorflow

    tensorflow.config.experimental.enable_op_determinism()
    try:
        for gpu in tensorflow.config.list_physical_devices("GPU"):
            tensorflow.config.experimental.set_memory_growth(gpu, True)
        if threads:
            tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    except RuntimeError:  # it has computed something already
        pass


def _prepare_jax(threads: int | None) -> None:
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def _prepare_torch(threads: int | None) -> None:
    import torch

    torch.use_deterministic_algorithms(True, warn_only=True)
    if threads:
        torch.set_num_threads(threads)


def keep_all_digits() -> None:
    """Let this process multiply and convolve single-precision numbers in single precision.

    By default backends round the factors to ten bits (TF32) where a GPU is faster with these: too few for telling
    neighbours apart, or for embeddings that equal those of a CPU.
    """
    name = keras.config.backend()
    if name == "tensorflow":
        import tensorflow

        tensorflow.config.experimental.enable_tensor_float_32_execution(False)
    elif name == "jax":
        import jax

        jax.config.update("jax_default_matmul_precision", "highest")
    else:
        import torch

        torch.set_float32_matmul_precision("highest")
        torch.backends.cudnn.allow_tf32 = False


def has_gpu() -> bool:
    """Tell whether the backend computes on a GPU."""
    name = keras.config.backend()
    if name == "tensorflow":
        import tensorflow

        return bool(tensorflow.config.list_physical_devices("GPU"))
    if name == "jax":
        import jax

        return jax.default_backend() == "gpu"
    import torch

    return torch.cuda.is_available()


def is_chosen(setting: str, value: str) -> bool:
    """Tell whether a setting is, or as ``auto`` becomes, the value that is meant for a GPU."""
    return setting == value or (setting == "auto" and has_gpu())
