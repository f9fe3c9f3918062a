"""Setup of Keras' backend for deterministic results and GPU memory on demand."""

import os

from uads.core.imports import replace_modules

with replace_modules({"sklearn": None, "matplotlib": None}):  # Keras needs neither, and imports both if they are there
    import keras


def prepare_keras(seed: int, threads: int | None = None) -> None:
    """Seed all generators and request deterministic operations from the backend.

    GPU memory is allocated on demand, so that several jobs can share a GPU.

    Parameters
    ----------
    seed : int
        0 .. 2**32 - 1.
    threads : int, optional
        CPU threads of TensorFlow or PyTorch; JAX uses all available cores. Has no effect once TensorFlow
        has run an operation.

    Notes
    -----
    TF32 is disabled, see :func:`keep_all_digits`.
    """
    disable_tf32()
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
    except RuntimeError:  # TensorFlow has run an operation already
        pass


def _prepare_jax(threads: int | None) -> None:
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")


def _prepare_torch(threads: int | None) -> None:
    import torch

    torch.use_deterministic_algorithms(True, warn_only=True)
    if threads:
        torch.set_num_threads(threads)


def disable_tf32() -> None:
    """Disable TF32 so that float32 matmuls and convolutions run in full float32.

    TF32 is the default on GPUs that support it. It rounds the factors to ten bits, which is too coarse to rank
    neighbours or to reproduce the embeddings of a CPU.
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
    """Return True if the backend runs on a GPU."""
    name = keras.config.backend()
    if name == "tensorflow":
        import tensorflow

        return bool(tensorflow.config.list_physical_devices("GPU"))
    if name == "jax":
        import jax

        return jax.default_backend() == "gpu"
    import torch

    return torch.cuda.is_available()


def resolves_to(setting: str, value: str) -> bool:
    """Return True if the setting equals ``value``, or is ``auto`` and a GPU is available."""
    return setting == value or (setting == "auto" and has_gpu())
