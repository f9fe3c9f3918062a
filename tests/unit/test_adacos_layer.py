"""The sub-cluster AdaCos layer against a plain NumPy account of its formulas."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from uads.detectors.batches import balanced_weights, mix, one_hot
from uads.detectors.layers import SubClusterAdaCos, cross_entropy, initial_scale

N, D, C, S = 9, 5, 4, 3


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def embedding(rng):
    return rng.normal(size=(N, D)).astype(np.float32)


@pytest.fixture
def labels(rng):
    return mix(one_hot(rng.integers(0, C, N), C), rng.random(N, np.float32))


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
    np.testing.assert_allclose(ops.convert_to_numpy(cross_entropy(labels, log_probabilities)), expected, rtol=1e-5)


def test_a_training_step_descends_along_the_numerical_gradient(layer, embedding, labels):
    inputs = [keras.Input((D,)), keras.Input((C,))]
    model = keras.Model(inputs, layer(*inputs))
    rate = 1e-3
    model.compile(keras.optimizers.SGD(rate), cross_entropy, jit_compile=False)
    before = ops.convert_to_numpy(layer.centres).astype(float)
    scale = expected_scale(cosines_of(embedding, before), labels, initial_scale(C * S))

    def loss(centres):
        probabilities = expected_probabilities(cosines_of(embedding, centres), scale)
        return -np.mean(np.sum(labels * np.log(probabilities), axis=1))

    gradient = np.zeros_like(before)
    for place in np.ndindex(before.shape):
        step = np.zeros_like(before)
        step[place] = 1e-5
        gradient[place] = (loss(before + step) - loss(before - step)) / 2e-5
    model.train_on_batch([embedding, labels], labels)
    taken = (before - ops.convert_to_numpy(layer.centres)) / rate
    np.testing.assert_allclose(taken, gradient, atol=2e-3)


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


def test_balanced_weights_are_scikit_learns(rng):
    from sklearn.utils.class_weight import compute_class_weight

    classes = np.array([0, 0, 0, 1, 2, 2])
    expected = compute_class_weight("balanced", classes=np.arange(3), y=classes)
    np.testing.assert_allclose(balanced_weights(classes, 3), expected)
