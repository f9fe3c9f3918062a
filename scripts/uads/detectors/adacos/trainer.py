"""The model of a training step: clips, standardisation, mixup, classifier and loss, all on the device.

A batch from the host is small: the clips (or only their row numbers, if the device holds all clips), their classes and
their mixup weights. It runs on any Keras backend.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from uads.detectors.adacos.classes import Classes, class_numbers
from uads.learning.class_labels import balanced_weights
from uads.learning.clip_frames import ClipFrames
from uads.learning.layers.classification import OneHot, WeightedCrossEntropy
from uads.learning.layers.mixup import Mixup
from uads.learning.standardisation import Standardisation
from uads.learning.training import EpochBatches, compile_model

CLIPS_PER_PART = 1024  # clips copied to the device at once


@dataclass(frozen=True)
class Images:
    """Source of the trainer's images.

    Attributes
    ----------
    input : tensor
        Input of the model.
    standardised : tensor [n, frames, bins]
        The images, on the device.
    feed : callable
        Maps rows of the clip table [n] to the values of ``input``.
    """

    input: Any
    standardised: Any
    feed: Callable[[NDArray[np.int64]], NDArray]


def mapped_images(frames: ClipFrames, standardise: Standardisation, length: int) -> Images:
    """Build images that are read per batch from the memory-mapped stores and standardised on the device."""
    fed = keras.Input((length, frames.bins), name="log_mel")
    normalise = layers.Normalization(
        mean=standardise.mean, variance=np.square(standardise.std, dtype=np.float64), dtype="float32"
    )
    return Images(fed, normalise(fed), lambda rows: frames.of_length(rows, length))


def device_images(frames: ClipFrames, standardise: Standardisation, length: int) -> Images:
    """Copy all clips to the device once, standardised and in float16; a batch is the row numbers of its clips."""
    fed = keras.Input((), dtype="int32", name="rows")
    return Images(fed, ClipBank(frames, standardise, length)(fed), lambda rows: rows.astype(np.int32))


class ClipBank(layers.Layer):
    """All clips on the device in float16, 80 kB for ten seconds.

    They are a weight of the layer, since a compiled step must not embed them as a constant. The weight is neither
    trained nor saved.

    Parameters
    ----------
    frames : ClipFrames
    standardise : Standardisation
    length : int
        Frames per clip, see :meth:`uads.learning.clip_frames.ClipFrames.of_length`.
    """

    def __init__(self, frames: ClipFrames, standardise: Standardisation, length: int):
        super().__init__(dtype="float32", name="clip_bank")
        parts = [
            ops.convert_to_tensor(standardise(frames.of_length(rows, length)).astype(np.float16))
            for rows in np.split(np.arange(len(frames)), range(CLIPS_PER_PART, len(frames), CLIPS_PER_PART))
        ]
        self._size = (length, frames.bins)
        self.bank = self.add_weight(
            shape=(len(frames), *self._size),
            initializer=lambda shape, dtype: ops.concatenate(parts),
            dtype="float16",
            trainable=False,
            autocast=False,
            name="bank",
        )
        self.built = True

    def call(self, rows):
        """Gather clips [n, frames, bins] by their rows [n]."""
        return ops.cast(ops.take(self.bank, rows, axis=0), "float32")

    def compute_output_shape(self, rows_shape):
        """Return the shape [n, frames, bins]."""
        return (*rows_shape, *self._size)

    def save_own_variables(self, store):
        """Save nothing: the clips are in their stores."""

    def load_own_variables(self, store):
        """Load nothing."""


def build_trainer(
    classifier: keras.Model, images: Images, class_weights: Mapping[str, NDArray[np.float32]], mixup: bool
) -> keras.Model:
    """Build the model whose outputs are the losses to minimise.

    Parameters
    ----------
    classifier : keras.Model
        See :func:`uads.detectors.adacos.network.build_classifier`; the trainer shares its weights.
    images : Images
    class_weights : mapping
        Weights of the classes, by head.
    mixup : bool
        Whether to mix each batch with its reverse.

    Returns
    -------
    keras.Model
        Inputs: that of ``images``, ``class_<head>`` [n] and, with mixup, ``share`` [n]. Outputs: the loss [n] of
        each head, by its name.
    """
    numbers = {head: keras.Input((), dtype="int32", name=f"class_{head}") for head in class_weights}
    labels = {head: OneHot(len(class_weights[head]))(number) for head, number in numbers.items()}
    mixed, inputs = images.standardised, [images.input, *numbers.values()]
    if mixup:
        share = keras.Input((), name="share")
        inputs.append(share)
        mixed = Mixup(name="mixed_images")(mixed, share)
        labels = {head: Mixup(name=f"mixed_{head}")(label, share) for head, label in labels.items()}
    outputs = classifier({"log_mel": mixed, **{f"labels_{head}": label for head, label in labels.items()}})
    losses = {
        head: WeightedCrossEntropy(weights, name=f"loss_{head}")(outputs[head], labels[head])
        for head, weights in class_weights.items()
    }
    return keras.Model({tensor.name: tensor for tensor in inputs}, losses, name="trainer")


def identity_loss(classes: Any, losses: Any) -> Any:
    """Return ``losses``: the model already outputs per-sample losses; ``classes`` is ignored."""
    return losses


def make_trainer(
    classifier: keras.Model,
    frames: ClipFrames,
    standardise: Standardisation,
    classes: Classes,
    settings: Mapping[str, Any],
    seed: int,
    on_device: bool,
) -> tuple[keras.Model, EpochBatches]:
    """Build and compile the trainer, and build its batches.

    Parameters
    ----------
    classifier : keras.Model
    frames : ClipFrames
        Frames of the training clips.
    standardise : Standardisation
    classes : mapping
        The classes of each head.
    settings : mapping
        frames, mixup, class_weights, batch_size, learning_rate.
    seed : int
        Seed of the clip order and of mixup.
    on_device : bool
        Whether the device holds all clips; otherwise they are read per batch.
    """
    numbers = {head: class_numbers(frames.clips, classes, head) for head in classes}
    weights = {
        head: balanced_weights(of_clips, len(classes[head]))
        if settings["class_weights"] == "balanced"
        else np.ones(len(classes[head]), np.float32)
        for head, of_clips in numbers.items()
    }
    images = (device_images if on_device else mapped_images)(frames, standardise, settings["frames"])
    trainer = build_trainer(classifier, images, weights, settings["mixup"])
    compile_model(trainer, settings["learning_rate"], dict.fromkeys(classes, identity_loss))

    def gather(rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[dict[str, NDArray], dict[str, NDArray]]:
        own = {head: of_clips[rows].astype(np.int32) for head, of_clips in numbers.items()}
        batch = {images.input.name: images.feed(rows), **{f"class_{head}": number for head, number in own.items()}}
        if settings["mixup"]:
            batch["share"] = rng.random(len(rows), np.float32)
        return batch, own

    return trainer, EpochBatches(gather, len(frames), settings["batch_size"], seed)
