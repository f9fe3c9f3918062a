"""OpenL3's audio network: its loading, and its compilation in the precisions that the config asks for.

Keras and TensorFlow are imported inside the functions, since they take seconds.
"""

import logging
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numba.core.registry import CPUDispatcher
from numpy.typing import NDArray

from uads.core.imports import replace_modules
from uads.representations.l3.parameters import L3

#: Compiled network: windows [n, 1, 48000] to embeddings [n, embedding_size].
Network = Callable[[NDArray[Any]], NDArray[np.float32]]

CPU_INFO = Path("/proc/cpuinfo")
#: Instructions, as Linux names them, that multiply numbers in bfloat16 faster than in single precision.
CPU_FLAGS = {"avx512_bf16", "amx_bf16"}
#: First generation of Nvidia's GPUs that does so.
GPU_GENERATION = (8, 0)


@cache
def import_openl3() -> Any:
    """Import OpenL3 without scikit-learn and SciPy's signals, which it imports but does not use for embeddings.

    Its resampler is cached on disk, since numba takes longer to compile it than to resample many clips.
    """
    unused = {name: ModuleType(name) for name in ("sklearn", "sklearn.decomposition", "scipy.signal")}
    with replace_modules(unused):
        import openl3
        from resampy.interpn import resample_f
    if isinstance(resample_f, CPUDispatcher):
        resample_f.enable_caching()
    return openl3


def load_network(l3: L3, weights: str | Path | None, seed: int, threads: int | None = None) -> Any:
    """Load OpenL3's audio network.

    Parameters
    ----------
    l3 : L3
    weights : path, optional
        HDF5 weights in the published format; random stand-in weights by default.
    seed : int
        Seed of the stand-in weights.
    threads : int, optional
        CPU threads; all by default.
    """
    from uads.core.keras_setup import prepare_keras

    prepare_keras(seed, threads)
    models = import_openl3().models
    if weights is not None:
        return models.load_audio_embedding_model_from_path(str(weights), l3.input_repr, l3.embedding_size, "kapre")
    import keras

    network = models.AUDIO_MODELS[l3.input_repr](include_frontend=True)
    pool_size = models.AUDIO_POOLING_SIZES[l3.input_repr][l3.embedding_size]
    pooled = keras.layers.MaxPooling2D(pool_size=pool_size, padding="same")(network.output)
    model = keras.Model(network.input, keras.layers.Flatten()(pooled))
    model.frontend = "kapre"
    return model


def available_computation(asked: str) -> str:
    """Return the precision to compute in: what is asked for, or single where the hardware has no fast bfloat16."""
    if asked == "single" or has_bfloat16():
        return asked
    logging.info("this hardware multiplies no faster in bfloat16: embeddings are computed in single precision")
    return "single"


def has_bfloat16() -> bool:
    """Return True if the GPUs or, without a GPU, the CPU have instructions for bfloat16."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        return all(found.get("compute_capability", (0, 0)) >= GPU_GENERATION for found in details)
    return bool(CPU_FLAGS & cpu_flags())


def cpu_flags() -> set[str]:
    """Return the instruction sets of the first CPU as Linux lists them, none on other systems."""
    if not CPU_INFO.is_file():
        return set()
    for line in CPU_INFO.read_text().splitlines():
        if line.startswith("flags"):
            return set(line.partition(":")[2].split())
    return set()


def compile_network(network: Any, computation: str = "single", front_end: str = "single") -> Network:
    """Compile OpenL3's network once for batches of any size.

    Parameters
    ----------
    network : keras.Model
        See :func:`load_network`.
    computation : {"single", "bfloat16"}
        bfloat16: inputs, weights and outputs of the convolutions have 8 significant bits (sums have 24); the
        normalisation after a convolution is part of its weights. The spectrogram and everything after the last
        convolution are in single precision.
    front_end : {"single", "double"}
        double: windows are float64, and so is everything up to the spectrogram in decibels.
    """
    import tensorflow as tf

    run: Callable[[Any], Any] = partial(network, training=False)
    if (computation, front_end) != ("single", "single"):
        front, *body = network.layers[1:]
        run = _chain([*_front_end(front, front_end), *_body(body, computation)])
    windows = tf.TensorSpec(network.input_shape, tf.float64 if front_end == "double" else tf.float32)
    compiled = tf.function(run, input_signature=[windows], autograph=False)
    return lambda batch: compiled(batch).numpy()


def _chain(steps: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def run(tensor: Any) -> Any:
        for step in steps:
            tensor = step(tensor)
        return tensor

    return run


def _front_end(front: Any, precision: str) -> list[Callable[[Any], Any]]:
    """Return the steps from windows to spectrograms in decibels, which are float32."""
    import tensorflow as tf

    if precision == "single":
        return [front]
    return [*(partial(_call_in_double, layer) for layer in front.layers), partial(tf.cast, dtype=tf.float32)]


def _call_in_double(layer: Any, tensor: Any) -> Any:
    """Apply a layer of kapre without the cast of its input to single precision that Keras would add."""
    import tensorflow as tf

    if hasattr(layer, "filterbank"):
        layer.filterbank = tf.cast(layer.filterbank, tf.float64)
    return layer.call(tensor)


def _body(layers: Sequence[Any], computation: str) -> list[Callable[[Any], Any]]:
    """Return the steps from spectrograms to embeddings."""
    import tensorflow as tf
    from keras.layers import BatchNormalization, Conv2D

    if computation == "single":
        return list(layers)
    steps: list[Callable[[Any], Any]] = []
    last = max(place for place, layer in enumerate(layers) if isinstance(layer, Conv2D))
    for place, (layer, before) in enumerate(zip(layers, [None, *layers], strict=False)):
        if isinstance(layer, Conv2D):
            after = layers[place + 1]
            steps.append(_convolution(layer, after if isinstance(after, BatchNormalization) else None))
        elif not (isinstance(layer, BatchNormalization) and isinstance(before, Conv2D)):
            steps.append(layer.call)
        if place == last:
            steps.append(partial(tf.cast, dtype=tf.float32))
    return steps


def _convolution(layer: Any, normalisation: Any) -> Callable[[Any], Any]:
    """Return a convolution, with the normalisation that follows, in bfloat16."""
    import tensorflow as tf

    kernel, bias = (np.asarray(weight, np.float64) for weight in layer.get_weights())
    if normalisation is not None:
        kernel, bias = fold(kernel, bias, normalisation)
    kernel, bias = (tf.cast(weight, tf.bfloat16) for weight in (kernel, bias))

    def convolve(tensor: Any) -> Any:
        narrow = tf.cast(tensor, tf.bfloat16)
        return tf.nn.bias_add(tf.nn.conv2d(narrow, kernel, layer.strides, layer.padding.upper()), bias)

    return convolve


def fold(
    kernel: NDArray[np.float64], bias: NDArray[np.float64], normalisation: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the kernel [..., channels] and bias [channels] of a convolution with the batch normalisation after it."""
    gamma, beta, mean, variance = (np.asarray(weight, np.float64) for weight in normalisation.get_weights())
    scale = gamma / np.sqrt(variance + normalisation.epsilon)
    return kernel * scale, (bias - mean) * scale + beta
