"""Layers of the classifier."""

import keras
from keras import layers


def build_classifier(frames: int, bins: int, n_sections: int, width: float, momentum: float) -> keras.Model:
    """Build MobileNetV2 with random weights for log-mel images, which are copied to three channels.

    Source: Kawaguchi et al. 2021 (DCASE 2021 task 2) and the challenge's public code.

    Parameters
    ----------
    frames, bins : int
        Size of an image, 64 and 128 as published; at least 32 each.
    n_sections : int
    width : float
        Width multiplier (alpha in Sandler et al. 2018), 0.5 in the baseline.
    momentum : float
        Momentum of the batch-norms' running statistics, 0.999 in Keras and the baseline. They forget their initial
        values within ten thousand steps, with 0.9 within a hundred.

    Returns
    -------
    keras.Model
        Maps [n, frames, bins] to probabilities [n, n_sections].
    """
    images = keras.Input((frames, bins), name="log_mel")
    x = layers.Reshape((frames, bins, 1), name="channel")(images)
    x = layers.Concatenate(name="channels")([x, x, x])
    network = keras.applications.MobileNetV2((frames, bins, 3), alpha=width, weights=None, classes=n_sections)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = momentum
    return keras.Model(images, network(x), name="classifier")
