"""Inputs and results of a training step, compared with NumPy on every Keras backend."""

from types import SimpleNamespace

import keras
import numpy as np
import pandas as pd
import pytest
from keras import ops

from uads.detectors.adacos import network
from uads.detectors.adacos.classes import HEADS
from uads.detectors.adacos.network import build_classifier
from uads.detectors.adacos.train import observe
from uads.detectors.adacos.trainer import make_trainer
from uads.detectors.base import kinds
from uads.learning.augment.mixup import mix
from uads.learning.class_labels import balanced_weights, one_hot
from uads.learning.clip_frames import ClipFrames
from uads.learning.standardisation import fit_standardisation

FRAMES, BINS, N = 24, 16, 10
SECTIONS = [0, 0, 0, 1, 1, 0, 1, 0, 0, 2]
CLASSES = {"section": [["fan", "00"], ["fan", "01"], ["fan", "02"]]}
OWN = {"frames": FRAMES, "embedding_size": 6, "batch_size": 4}
SETTINGS = kinds()["adacos"].Settings(training=OWN).training.model_dump() | {"sub_clusters": 2}


@pytest.fixture
def frames():
    """Return log-mel clips in dB, every third shorter and every third longer than the network input."""
    lengths = [(FRAMES, FRAMES - 5, FRAMES + 5)[i % 3] for i in range(N)]
    clips = pd.DataFrame({"machine": "fan", "section": [f"{section:02d}" for section in SECTIONS]})
    clips = clips.assign(clip=[f"clip_{i}" for i in range(N)], domain=["source", "target"] * (N // 2))
    values = np.random.default_rng(1).normal(-60, 8, (sum(lengths), BINS)).astype(np.float32)
    return ClipFrames([SimpleNamespace(clips=clips, frames=values, offsets=np.concatenate([[0], np.cumsum(lengths)]))])


@pytest.fixture
def make(monkeypatch, frames):
    """Return a function that builds a small classifier with fixed weights, its trainer and batches."""
    monkeypatch.setattr(network, "STAGES", (4, 6))
    monkeypatch.setattr(network, "BLOCKS", 1)

    def make(on_device=False, classes=CLASSES, **changes):
        keras.utils.set_random_seed(0)
        settings = SETTINGS | changes
        classifier, _ = build_classifier(classes, BINS, settings)
        standardise = fit_standardisation(frames)
        return classifier, *make_trainer(classifier, frames, standardise, classes, settings, 5, on_device)

    return make


def test_batches_follow_from_seed_and_epoch(make):
    (_, _, one), (_, _, other) = make(), make()
    one.start_epoch(2)
    other.start_epoch(2)
    for index in range(len(one)):
        (batch, _), (again, _) = one[index], other[index]
        for name in batch:
            np.testing.assert_array_equal(batch[name], again[name])
    other.start_epoch(1)
    assert not np.array_equal(one[0][0]["log_mel"], other[0][0]["log_mel"])


def test_an_epoch_has_every_clip_once(make):
    _, _, batches = make(on_device=True)
    rows = [batches[index][0]["rows"] for index in range(len(batches))]
    assert [batches.size_of(index) for index in range(len(batches))] == [len(part) for part in rows] == [4, 4, 2]
    assert sorted(np.concatenate(rows).tolist()) == list(range(N))


@pytest.mark.parametrize("mixup", [True, False])
def test_a_training_step_equals_numpy(make, frames, mixup):
    classifier, trainer, batches = make(mixup=mixup)
    before = classifier.get_weights()
    batch, _ = batches[0]
    assert ("share" in batch) == mixup
    losses = ops.convert_to_numpy(trainer(batch, training=True)["section"])

    images = fit_standardisation(frames)(batch["log_mel"])
    labels = one_hot(batch["class_section"], 3)
    if mixup:
        images, labels = mix(images, batch["share"]), mix(labels, batch["share"])
    classifier.set_weights(before)
    output = classifier({"log_mel": images, "labels_section": labels}, training=True)
    weights = labels @ balanced_weights(np.array(SECTIONS), 3)
    expected = weights * -np.sum(labels * ops.convert_to_numpy(output["section"]), axis=1)
    np.testing.assert_allclose(losses, expected, rtol=1e-4)


def test_two_heads_weigh_the_same_and_are_distinguished(make, monkeypatch):
    monkeypatch.setitem(HEADS, "domain", ["machine", "domain"])
    classes = CLASSES | {"domain": [["fan", "source"], ["fan", "target"]]}
    classifier, trainer, batches = make(classes=classes, batch_size=5)
    logs = trainer.fit(batches, epochs=1, shuffle=False, verbose=0).history
    observed = observe(classifier, {name: values[0] for name, values in logs.items()})
    assert set(observed) == {"loss", "loss_section", "loss_domain", "scale_section", "scale_domain"}
    decay = observed["loss"] - observed["loss_section"] - observed["loss_domain"]
    assert 0 < decay < 0.01
    assert min(observed["loss_section"], observed["loss_domain"]) > 0.1


def test_clips_on_the_device_train_like_mapped_clips(make):
    losses = []
    for on_device in (False, True):
        _, trainer, batches = make(on_device)
        losses.append(trainer.fit(batches, epochs=3, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=5e-3)
    assert losses[0] != losses[1]


def test_clips_on_the_device_are_not_saved_with_the_weights(make, tmp_path):
    sizes = []
    for on_device in (False, True):
        _, trainer, batches = make(on_device)
        trainer.fit(batches, epochs=1, shuffle=False, verbose=0)
        trainer.save_weights(tmp_path / f"{on_device}.weights.h5")
        _, fresh, _ = make(on_device)
        fresh.load_weights(tmp_path / f"{on_device}.weights.h5")
        for kept, loaded in zip(trainer.trainable_variables, fresh.trainable_variables, strict=True):
            np.testing.assert_array_equal(ops.convert_to_numpy(kept), ops.convert_to_numpy(loaded))
        sizes.append((tmp_path / f"{on_device}.weights.h5").stat().st_size)
    assert abs(sizes[1] - sizes[0]) < N * FRAMES * BINS


def test_in_mixed_precision_scale_and_loss_stay_single(make):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        classifier, trainer, batches = make()
        head, convolution = (classifier.get_layer(name) for name in ("section", "convolution"))
        loss = trainer.fit(batches, epochs=1, shuffle=False, verbose=0).history["loss"][0]
    finally:
        keras.config.set_dtype_policy(before)
    assert (head.compute_dtype, convolution.compute_dtype) == ("float32", "bfloat16")
    assert convolution.kernel.dtype == "float32"
    _, single, batches = make()
    expected = single.fit(batches, epochs=1, shuffle=False, verbose=0).history["loss"][0]
    assert loss == pytest.approx(expected, rel=0.05)
    assert loss != expected
