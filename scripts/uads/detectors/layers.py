"""Layers shared by the detectors, for any Keras backend (only ``keras.ops`` and ``keras.layers``)."""

import math

import keras
from keras import layers, ops
from keras.regularizers import L2

COSINE_MARGIN = 1e-6  # keeps float32 cosines inside the domain of the arc cosine


@keras.saving.register_keras_serializable("uads")
class SubClusterAdaCos(layers.Layer):
    """Log-probabilities of classes with several centres each, with an adaptive scale.

    Source: Wilkinghoff 2021, Eq. 1; for the scale with mixup, Wilkinghoff's "Sub-cluster AdaCos" (IJCNN 2021).

    Parameters
    ----------
    n_classes : int
    sub_clusters : int
        Centres per class.
    trainable_centres : bool, default True
        Whether the centres are trained; if not, they keep their random initial values.

    Attributes
    ----------
    centres : weight [n_classes * sub_clusters, d]
        The centres of one class are adjacent. Only their directions matter.
    scale : weight []
        Not trained by gradients: each training step computes it from its batch before using it.
    """

    def __init__(self, n_classes: int, sub_clusters: int, trainable_centres: bool = True, **kwargs):
        super().__init__(**kwargs)
        self.trainable_centres = trainable_centres
        self.n_classes = n_classes
        self.sub_clusters = sub_clusters

    def build(self, embedding_shape, labels_shape):
        """Create the centres and the scale for embeddings of this width."""
        n_centres = self.n_classes * self.sub_clusters
        self.centres = self.add_weight(
            shape=(n_centres, embedding_shape[-1]),
            initializer="glorot_uniform",
            trainable=self.trainable_centres,
            name="centres",
        )
        self.scale = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(initial_scale(n_centres)), trainable=False, name="scale"
        )

    def call(self, embedding, labels, training=False):
        """Return log-probabilities.

        Parameters
        ----------
        embedding : tensor [n, d]
        labels : tensor [n, n_classes]
            Probabilities, mixed by mixup or one-hot; used for the scale in training only.
        training : bool, default False

        Returns
        -------
        tensor [n, n_classes]
        """
        cosines = ops.matmul(ops.normalize(embedding, axis=1), ops.transpose(ops.normalize(self.centres, axis=1)))
        if training:
            self.scale.assign(ops.stop_gradient(self._adapted_scale(cosines, labels)))
        logits = self.scale * cosines
        by_class = ops.reshape(logits, (-1, self.n_classes, self.sub_clusters))
        return ops.logsumexp(by_class, axis=2) - ops.logsumexp(logits, axis=1, keepdims=True)

    def _adapted_scale(self, cosines, labels):
        angles = ops.arccos(ops.clip(cosines, -1 + COSINE_MARGIN, 1 - COSINE_MARGIN))
        n_mixed = ops.sum(ops.cast(labels > 0, angles.dtype), axis=1)
        own_angles = ops.sum(ops.repeat(labels, self.sub_clusters, axis=1) * angles, axis=1) * n_mixed
        logits = self.scale * cosines
        largest = ops.max(logits)
        spread = ops.log(ops.mean(ops.sum(ops.exp(logits - largest), axis=1)))
        return (largest + spread) / ops.cos(ops.minimum(math.pi / 4, ops.median(own_angles)))

    def compute_output_shape(self, embedding_shape, labels_shape):
        """Return the shape [n, n_classes]."""
        return (embedding_shape[0], self.n_classes)

    def get_config(self):
        """Return the arguments of :meth:`from_config`."""
        own = {name: getattr(self, name) for name in ("n_classes", "sub_clusters", "trainable_centres")}
        return {**super().get_config(), **own}


def initial_scale(n_centres: int) -> float:
    """Return AdaCos' initial scale, sqrt(2) * log(n_centres - 1) (Zhang et al. 2019, Eq. 12); 1 below three centres."""
    return math.sqrt(2) * math.log(n_centres - 1) if n_centres > 2 else 1.0


@keras.saving.register_keras_serializable("uads")
class Mixup(layers.Layer):
    """Mixup of a batch with its reverse (Zhang et al. 2018), on the device; see :func:`uads.detectors.batches.mix`.

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


def convolution(x, filters: int, size: int, stride: int, weight_decay: float, name: str):
    """Apply a 2D convolution with bias, "same" padding and L2 weight decay."""
    return layers.Conv2D(filters, size, stride, padding="same", kernel_regularizer=L2(weight_decay), name=name)(x)


def residual_block(x, filters: int, stride: int, weight_decay: float, slope: float, name: str):
    """Apply a residual block with pre-activation (Wilkinghoff 2021, Table 1).

    Leaky ReLU - conv 3x3 - leaky ReLU - batch-norm - conv 3x3, added to the shortcut, followed by batch-norm.

    Parameters
    ----------
    x : tensor [n, height, width, channels]
    filters : int
    stride : int
        Stride of the first convolution. With 2, the shortcut is a 2x2 max-pool and a 1x1 convolution.
    weight_decay : float
        L2 penalty of all kernels.
    slope : float
        Negative slope of the leaky ReLU.
    name : str
        Prefix of the layer names.

    Returns
    -------
    tensor [n, ceil(height / stride), ceil(width / stride), filters]
    """
    inner = layers.LeakyReLU(slope, name=f"{name}_relu_1")(x)
    inner = convolution(inner, filters, 3, stride, weight_decay, f"{name}_conv_1")
    inner = layers.LeakyReLU(slope, name=f"{name}_relu_2")(inner)
    inner = layers.BatchNormalization(name=f"{name}_norm_1")(inner)
    inner = convolution(inner, filters, 3, 1, weight_decay, f"{name}_conv_2")
    if stride != 1:
        x = layers.MaxPooling2D(stride, padding="same", name=f"{name}_shortcut_pool")(x)
        x = convolution(x, filters, 1, 1, weight_decay, f"{name}_shortcut_conv")
    summed = layers.Add(name=f"{name}_add")([x, inner])
    return layers.BatchNormalization(name=f"{name}_norm_2")(summed)
