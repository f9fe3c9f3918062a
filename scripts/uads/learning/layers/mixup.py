"""Mixup of a batch with itself reversed, as a layer."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("uads")
class Mixup(layers.Layer):
    """Mixup of a batch with its reverse (Zhang et al. 2018), on the device.

    See :func:`uads.learning.augment.mixup.mix`.

    It computes in float32, since inputs can be decibels.
    """

    def __init__(self, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})

    def call(self, values, share):
        """Mix each sample with its partner.

        Parameters
        ----------
        values : tensor [n, ...]
            Inputs or labels.
        share : tensor [n]
            Weight of the sample itself, 0 .. 1.
        """
        partners = ops.flip(values, axis=0)
        return partners + ops.reshape(share, (-1, *[1] * (len(values.shape) - 1))) * (values - partners)

    def compute_output_shape(self, values_shape, share_shape):
        """Return the shape of the values."""
        return values_shape
