"""The sub-cluster AdaCos layer, on any Keras backend."""

import math

import keras
from keras import layers, ops

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
    scale_limit : float, optional
        Upper bound of the scale, as a multiple of its initial value; none by default, as published. Without mixup the
        published scale grows without bound.

    Attributes
    ----------
    centres : weight [n_classes * sub_clusters, d]
        The centres of one class are adjacent. Only their directions matter.
    scale : weight []
        Not trained by gradients: each training step computes it from its batch before using it.
    """

    def __init__(
        self,
        n_classes: int,
        sub_clusters: int,
        trainable_centres: bool = True,
        scale_limit: float | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.scale_limit = scale_limit
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
        adapted = (largest + spread) / ops.cos(ops.minimum(math.pi / 4, ops.median(own_angles)))
        if self.scale_limit is None:
            return adapted
        return ops.minimum(adapted, self.scale_limit * initial_scale(self.n_classes * self.sub_clusters))

    def compute_output_shape(self, embedding_shape, labels_shape):
        """Return the shape [n, n_classes]."""
        return (embedding_shape[0], self.n_classes)

    def get_config(self):
        """Return the arguments of :meth:`from_config`."""
        own = {name: getattr(self, name) for name in ("n_classes", "sub_clusters", "trainable_centres", "scale_limit")}
        return {**super().get_config(), **own}


def initial_scale(n_centres: int) -> float:
    """Return AdaCos' initial scale, sqrt(2) * log(n_centres - 1) (Zhang et al. 2019, Eq. 12); 1 below three centres."""
    return math.sqrt(2) * math.log(n_centres - 1) if n_centres > 2 else 1.0
