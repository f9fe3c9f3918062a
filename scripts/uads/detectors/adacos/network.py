"""The network of Wilkinghoff (2021), Table 1, and the same table for the built model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import pandas as pd
from keras import layers
from keras.regularizers import L2

from uads.detectors.adacos.classes import HEADS, Classes
from uads.learning.layers.adacos import SubClusterAdaCos
from uads.learning.layers.residual import convolution, residual_block

STAGES = (16, 32, 64, 128)  # filters
BLOCKS = 2  # per stage
SLOPE = 0.1  # negative slope of the leaky ReLU
EMBEDDING = "embedding"
STANDARDISATION, CLASSES = "standardisation.h5", "classes.json"  # files beside the weights


def checkpoint_file(folder: Path, epoch: int) -> Path:
    """Return the path of the weights after an epoch."""
    return folder / f"epoch_{epoch}.weights.h5"


def build_network(frames: int, bins: int, embedding: int, weight_decay: float) -> keras.Model:
    """Build the modified ResNet that maps a standardised log-mel spectrogram to an embedding.

    Parameters
    ----------
    frames, bins : int
        Size of the input, 313 and 128 as published.
    embedding : int
        Width of the embedding, 128 as published.
    weight_decay : float
        L2 penalty of all kernels, 1e-5 as published.

    Returns
    -------
    keras.Model
        Maps [n, frames, bins] to [n, embedding].
    """
    inputs = keras.Input((frames, bins), name="log_mel")
    x = layers.Reshape((frames, bins, 1), name="channel")(inputs)
    x = convolution(x, STAGES[0], 7, 2, weight_decay, "convolution")
    x = layers.LeakyReLU(SLOPE, name="convolution_relu")(x)
    x = layers.BatchNormalization(name="convolution_norm")(x)
    x = layers.MaxPooling2D(3, 2, name="convolution_pool")(x)
    for stage, filters in enumerate(STAGES, 1):
        for block in range(1, BLOCKS + 1):
            stride = 2 if stage > 1 and block == 1 else 1
            x = residual_block(x, filters, stride, weight_decay, SLOPE, f"stage_{stage}_block_{block}")
    x = layers.MaxPooling2D((x.shape[1], 1), name="time_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    outputs = layers.Dense(embedding, kernel_regularizer=L2(weight_decay), name=EMBEDDING)(x)
    return keras.Model(inputs, outputs, name="network")


def build_classifier(classes: Classes, bins: int, settings: Mapping[str, Any]) -> tuple[keras.Model, keras.Model]:
    """Build the network with one sub-cluster AdaCos head for each kind of class.

    Parameters
    ----------
    classes : mapping
        The classes of each head.
    bins : int
        Bands of the input.
    settings : mapping
        frames, embedding_size, weight_decay, sub_clusters, trainable_centres, scale_limit.

    Returns
    -------
    classifier : keras.Model
        Inputs: ``log_mel`` [n, frames, bins] and ``labels_<head>`` [n, n_classes]. Outputs: log-probabilities
        [n, n_classes] of each head, by its name.
    network : keras.Model
        The part that computes the embeddings; it shares the classifier's weights.
    """
    network = build_network(settings["frames"], bins, settings["embedding_size"], settings["weight_decay"])
    labels = {head: keras.Input((len(found),), name=f"labels_{head}") for head, found in classes.items()}
    outputs = {
        head: SubClusterAdaCos(
            len(found),
            settings["sub_clusters"],
            settings["trainable_centres"],
            settings["scale_limit"],
            name=head,
            dtype="float32",
        )(network.output, labels[head])
        for head, found in classes.items()
    }
    inputs = {"log_mel": network.input, **{f"labels_{head}": tensor for head, tensor in labels.items()}}
    return keras.Model(inputs, outputs, name="classifier"), network


def describe_network(classifier: keras.Model) -> pd.DataFrame:
    """Return Table 1 for a built classifier.

    Returns
    -------
    DataFrame
        layer, structure, output_size, parameters: one row per line of the paper's table, plus one for the max-pooling
        after the first convolution, which the paper's sizes imply.
    """
    names = [layer.name for layer in classifier.layers]
    rows = [("input", "-", _size(classifier.get_layer("log_mel").output), 0)]
    rows += [_row(classifier, "2D convolution", ["convolution", "convolution_norm"], "convolution")]
    rows += [_row(classifier, "max pooling", ["convolution_pool"], "convolution_pool")]
    for stage in range(1, len(STAGES) + 1):
        own = [name for name in names if name.startswith(f"stage_{stage}_")]
        rows += [_row(classifier, "residual block", own, own[-1])]
    rows += [_row(classifier, "max pooling", ["time_pool"], "time_pool")]
    rows += [_row(classifier, "flatten", ["flatten"], "flatten")]
    rows += [_row(classifier, "dense (representation)", [EMBEDDING], EMBEDDING)]
    rows += [_row(classifier, "sub-cluster AdaCos", [head], head) for head in HEADS if head in names]
    return pd.DataFrame(rows, columns=["layer", "structure", "output_size", "parameters"])


def _row(classifier: keras.Model, title: str, members: list[str], last: str) -> tuple[str, str, str, int]:
    own = [classifier.get_layer(name) for name in members]
    return title, _structure(own), _size(classifier.get_layer(last).output), sum(int(x.count_params()) for x in own)


def _structure(own: list[Any]) -> str:
    first = own[0]
    if isinstance(first, SubClusterAdaCos):
        return f"{first.n_classes} classes, {first.sub_clusters} sub-clusters"
    if isinstance(first, layers.Dense):
        return first.activation.__name__
    if isinstance(first, layers.MaxPooling2D):
        return f"{_times(first.pool_size)}, stride={_times(first.strides)}"
    main = [x for x in own if isinstance(x, layers.Conv2D) and "shortcut" not in x.name]
    if not main:
        return "-"
    kernels = [_times(x.kernel_size) for x in main]
    blocks = sum(isinstance(x, layers.Add) for x in own)
    text = f"({', '.join(kernels[: len(kernels) // blocks])}) × {blocks}" if blocks else kernels[0]
    return f"{text}, stride={main[0].strides[0]}"


def _size(tensor: Any) -> str:
    shape = list(tensor.shape[1:])
    return _times(shape[1:] if len(shape) == 3 and shape[0] == 1 else shape)


def _times(numbers: Any) -> str:
    return "×".join(map(str, numbers))
