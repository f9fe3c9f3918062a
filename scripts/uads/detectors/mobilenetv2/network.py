"""The classifier's layers."""

import keras
from keras import layers


def build_classifier(frames: int, bins: int, n_sections: int, width: float, momentum: float) -> keras.Model:
    """Build MobileNetV2 with random weights on log-mel images, copied to three channels.

    Source: Kawaguchi et al. 2021 (DCASE 2021 task 2) and the challenge's public code.

    Parameters
    ----------
    frames, bins : int
        Size of an image, 64 and 128 as published; at least 32 each.
    n_sections : int
    width : float
        Against Sandler et al. 2018 (alpha), 0.5 in the baseline.
    momentum : float
        Of the running means and variances that batch-norms score with, 0.999 in Keras and the baseline: they need
        ten thousand steps to forget where they started, with 0.9 a hundred.

    Returns
    -------
    keras.Model
        From [n, frames, bins] to probabilities [n, n_sections].
    """
    images = keras.Input((frames, bins), name="log_mel")
    x = layers.Reshape((frames, bins, 1), name="channel")(images)
    x = layers.Concatenate(name="channels")([x, x, x])
    network = keras.applications.MobileNetV2((frames, bins, 3), alpha=width, weights=None, classes=n_sections)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = momentum
    return keras.Model(images, network(x), name="classifier")
