"""Labels and cross-entropies as layers."""

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable("uads")
class OneHot(layers.Layer):
    """One-hot labels [n, n_classes] of class numbers [n], float32."""

    def __init__(self, n_classes: int, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.n_classes = n_classes

    def call(self, numbers):
        """Return one-hot labels [n, n_classes]."""
        return ops.one_hot(ops.cast(numbers, "int32"), self.n_classes, dtype="float32")

    def get_config(self):
        """Return the arguments of :meth:`from_config`."""
        return {**super().get_config(), "n_classes": self.n_classes}


@keras.saving.register_keras_serializable("uads")
class WeightedCrossEntropy(layers.Layer):
    """Cross-entropy of each sample, weighted by the classes in its label in proportion to their shares.

    Parameters
    ----------
    class_weights : sequence of float
    """

    def __init__(self, class_weights, **kwargs):
        super().__init__(**{"dtype": "float32", **kwargs})
        self.class_weights = [float(weight) for weight in class_weights]

    def call(self, log_probabilities, labels):
        """Return the weighted cross-entropy [n] of log-probabilities and labels [n, n_classes]."""
        weights = ops.matmul(labels, ops.convert_to_tensor(self.class_weights, "float32"))
        return weights * cross_entropy(labels, log_probabilities)

    def compute_output_shape(self, log_probabilities_shape, labels_shape):
        """Return the shape [n]."""
        return log_probabilities_shape[:1]

    def get_config(self):
        """Return the arguments of :meth:`from_config`."""
        return {**super().get_config(), "class_weights": self.class_weights}


def cross_entropy(labels, log_probabilities):
    """Compute the cross-entropy [n] of labels [n, n_classes], possibly mixed, and log-probabilities of that shape."""
    return -ops.sum(labels * log_probabilities, axis=-1)
