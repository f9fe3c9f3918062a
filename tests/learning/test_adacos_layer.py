"""The sub-cluster AdaCos layer and related layers, compared with plain NumPy formulas.

The tests pass on every Keras backend: see test_keras_backends.py.
"""

import math

import keras
import numpy as np
import pytest
from keras import ops

from uads.learning.augment.mixup import mix
from uads.learning.class_labels import balanced_weights, one_hot
from uads.learning.layers.adacos import SubClusterAdaCos, initial_scale
from uads.learning.layers.classification import OneHot, WeightedCrossEntropy, cross_entropy
from uads.learning.layers.mixup import Mixup

D, C, S = 5, 4, 3


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture(params=[9, 8], ids=["odd", "even"])
def n(request):
    """Return the batch size: the median of an even number of angles is the mean of the middle two."""
    return request.param


@pytest.fixture
def embedding(rng, n):
    return rng.normal(size=(n, D)).astype(np.float32)


@pytest.fixture
def share(rng, n):
    return rng.random(n, np.float32)


@pytest.fixture
def classes(rng, n):
    return rng.integers(0, C, n)


@pytest.fixture
def labels(classes, share):
    return mix(one_hot(classes, C), share)


@pytest.fixture
def layer(rng):
    layer = SubClusterAdaCos(C, S)
    layer.build((None, D), (None, C))
    layer.centres.assign(rng.normal(size=(C * S, D)))
    return layer


def cosine(a, b):
    return float(np.dot(a, b) / math.sqrt(np.dot(a, a)) / math.sqrt(np.dot(b, b)))


def cosines_of(embedding, centres):
    return np.array([[cosine(x.astype(float), w.astype(float)) for w in centres] for x in embedding])


def expected_probabilities(cosines, scale):
    probabilities = np.zeros((len(cosines), C))
    for i, row in enumerate(cosines):
        total = sum(math.exp(scale * value) for value in row)
        for centre, value in enumerate(row):
            probabilities[i, centre // S] += math.exp(scale * value) / total
    return probabilities


def expected_scale(cosines, labels, scale):
    angles = []
    for row, label in zip(cosines, labels, strict=True):
        own = sum(label[centre // S] * math.acos(value) for centre, value in enumerate(row))
        angles.append(own * sum(share > 0 for share in label))
    largest = max(scale * value for row in cosines for value in row)
    mean = np.mean([sum(math.exp(scale * value - largest) for value in row) for row in cosines])
    return (largest + math.log(mean)) / math.cos(min(math.pi / 4, float(np.median(angles))))


def test_first_scale():
    assert initial_scale(42 * 16) == pytest.approx(math.sqrt(2) * math.log(42 * 16 - 1))
    assert initial_scale(2) > 0


def test_prediction_keeps_the_scale(layer, embedding, labels):
    log_probabilities = ops.convert_to_numpy(layer(embedding, labels))
    cosines = cosines_of(embedding, ops.convert_to_numpy(layer.centres))
    np.testing.assert_allclose(
        np.exp(log_probabilities), expected_probabilities(cosines, initial_scale(C * S)), rtol=1e-4
    )
    np.testing.assert_allclose(np.exp(log_probabilities).sum(axis=1), 1, rtol=1e-5)
    assert float(ops.convert_to_numpy(layer.scale)) == pytest.approx(initial_scale(C * S))


def test_training_steps_adapt_the_scale_before_they_use_it(layer, embedding, labels):
    cosines = cosines_of(embedding, ops.convert_to_numpy(layer.centres))
    scale = initial_scale(C * S)
    for _ in range(3):
        log_probabilities = ops.convert_to_numpy(layer(embedding, labels, training=True))
        scale = expected_scale(cosines, labels, scale)
        assert float(ops.convert_to_numpy(layer.scale)) == pytest.approx(scale, rel=1e-4)
        np.testing.assert_allclose(np.exp(log_probabilities), expected_probabilities(cosines, scale), rtol=1e-3)


def test_small_angles_without_mixup_count(layer):
    centres = ops.convert_to_numpy(layer.centres)
    one_sub_cluster = SubClusterAdaCos(C, 1)
    one_sub_cluster.build((None, D), (None, C))
    one_sub_cluster.centres.assign(centres[:C])
    embedding = centres[:C] + 0.1
    one_sub_cluster(embedding, one_hot(np.arange(C), C), training=True)
    cosines = cosines_of(embedding, centres[:C])
    scale = initial_scale(C)
    largest = scale * cosines.max()
    mean = np.mean(np.exp(scale * cosines - largest).sum(axis=1))
    angle = np.median(np.arccos(np.diag(cosines)))
    assert angle < math.pi / 4
    expected = (largest + math.log(mean)) / math.cos(angle)
    assert float(ops.convert_to_numpy(one_sub_cluster.scale)) == pytest.approx(expected, rel=1e-3)


def test_only_centres_are_trained(layer):
    assert [weight.name for weight in layer.trainable_weights] == ["centres"]
    assert [weight.name for weight in layer.non_trainable_weights] == ["scale"]


def test_cross_entropy_of_mixed_labels(layer, embedding, labels):
    log_probabilities = layer(embedding, labels)
    expected = [
        -sum(y * p for y, p in zip(*rows, strict=True))
        for rows in zip(labels, ops.convert_to_numpy(log_probabilities), strict=True)
    ]
    np.testing.assert_allclose(
        ops.convert_to_numpy(cross_entropy(ops.convert_to_tensor(labels), log_probabilities)), expected, rtol=1e-5
    )


def numerical_gradient(function, at):
    """Compute the gradient by central differences in double precision."""
    gradient = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        step = np.zeros_like(at)
        step[place] = 1e-5
        gradient[place] = (function(at + step) - function(at - step)) / 2e-5
    return gradient


def test_a_training_step_descends_along_the_numerical_gradients(layer, rng, embedding, classes, share):
    """Check the gradient of the centres and, through mixup, cosines and class weights, of earlier layers."""
    weights = np.array([0.5, 1, 2, 3], np.float32)
    dense = keras.layers.Dense(D, use_bias=False)
    inputs = [keras.Input((D,)), keras.Input((), dtype="int32"), keras.Input(())]
    mixed_labels = Mixup()(OneHot(C)(inputs[1]), inputs[2])
    log_probabilities = layer(dense(Mixup()(inputs[0], inputs[2])), mixed_labels)
    model = keras.Model(inputs, WeightedCrossEntropy(weights)(log_probabilities, mixed_labels))
    model.compile(keras.optimizers.SGD(1.0), lambda numbers, losses: losses, jit_compile=False)
    kernel, centres = (ops.convert_to_numpy(w).astype(float) for w in (dense.kernel, layer.centres))

    mixed, labels = mix(embedding, share).astype(float), mix(one_hot(classes, C), share)
    scale = expected_scale(cosines_of(mixed @ kernel, centres), labels, initial_scale(C * S))

    def loss(kernel, centres):
        probabilities = expected_probabilities(cosines_of(mixed @ kernel, centres), scale)
        return np.mean(labels @ weights * -np.sum(labels * np.log(probabilities), axis=1))

    found = model.train_on_batch([embedding, classes.astype(np.int32), share], classes)
    assert float(found) == pytest.approx(loss(kernel, centres), rel=1e-4)
    for variable, before, gradient in (
        (dense.kernel, kernel, numerical_gradient(lambda at: loss(at, centres), kernel)),
        (layer.centres, centres, numerical_gradient(lambda at: loss(kernel, at), centres)),
    ):
        assert np.abs(gradient).max() > 0.05
        np.testing.assert_allclose(before - ops.convert_to_numpy(variable), gradient, atol=1e-4)


def test_config_round_trip(layer):
    copy = SubClusterAdaCos.from_config(layer.get_config())
    assert (copy.n_classes, copy.sub_clusters) == (C, S)


def test_mixup_pairs_each_sample_with_the_reversed_batch(rng):
    values = rng.normal(size=(5, 3, 2)).astype(np.float32)
    share = rng.random(5, np.float32)
    mixed = mix(values, share)
    for i in range(5):
        np.testing.assert_allclose(mixed[i], share[i] * values[i] + (1 - share[i]) * values[4 - i], rtol=1e-5)
    assert mixed.dtype == np.float32


def test_mixup_on_the_device_is_that_of_numpy(rng):
    for values in (rng.normal(size=(6, 3, 2)).astype(np.float32), one_hot(np.array([0, 1, 2, 2, 1, 3]), 4)):
        share = rng.random(6, np.float32)
        np.testing.assert_allclose(ops.convert_to_numpy(Mixup()(values, share)), mix(values, share), atol=1e-6)


def test_a_label_mixed_with_its_own_class_stays_one_hot(rng):
    """Otherwise its angle would count twice in the scale."""
    labels = one_hot(np.array([1, 0, 1]), 2)
    np.testing.assert_array_equal(ops.convert_to_numpy(Mixup()(labels, rng.random(3, np.float32))), labels)


def test_labels_on_the_device_are_one_hot():
    np.testing.assert_array_equal(ops.convert_to_numpy(OneHot(3)(np.array([2, 0, 1], np.int32))), np.eye(3)[[2, 0, 1]])


def test_balanced_weights_are_scikit_learns(rng):
    from sklearn.utils.class_weight import compute_class_weight

    classes = np.array([0, 0, 0, 1, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=classes)
    np.testing.assert_allclose(balanced_weights(classes, 3), expected)


def test_the_scale_stays_below_its_limit(embedding, labels):
    free, bounded = SubClusterAdaCos(C, S), SubClusterAdaCos(C, S, scale_limit=1.01)
    for layer in (free, bounded):
        layer.build((None, D), (None, C))
        layer.centres.assign(np.tile(embedding[:1], (C * S, 1)))
        for _ in range(3):
            layer(np.repeat(embedding[:1], len(embedding), axis=0), labels, training=True)
    limit = 1.01 * initial_scale(C * S)
    assert float(ops.convert_to_numpy(free.scale)) > limit
    assert float(ops.convert_to_numpy(bounded.scale)) == pytest.approx(limit)
    assert SubClusterAdaCos.from_config(bounded.get_config()).scale_limit == 1.01
