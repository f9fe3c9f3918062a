"""Layers of the autoencoder."""

import keras
from keras import layers

HIDDEN = (128, 128, 128, 128, 8, 128, 128, 128, 128)


def build_autoencoder(n_inputs: int) -> keras.Model:
    """Build the baseline's autoencoder: dense 128 x4 - 8 - 128 x4, each with batch-norm and ReLU, then linear.

    Source: Kawaguchi et al. 2021 (DCASE 2021 task 2) and the challenge's public code.

    Parameters
    ----------
    n_inputs : int
        Frames per stack times bands, 640 as published.

    Returns
    -------
    keras.Model
        Maps [n, n_inputs] to [n, n_inputs].
    """
    inputs = x = keras.Input((n_inputs,), name="stack")
    for number, units in enumerate(HIDDEN, 1):
        x = layers.Dense(units, name=f"dense_{number}")(x)
        x = layers.BatchNormalization(name=f"norm_{number}")(x)
        x = layers.ReLU(name=f"relu_{number}")(x)
    return keras.Model(inputs, layers.Dense(n_inputs, name="reconstruction")(x), name="autoencoder")
