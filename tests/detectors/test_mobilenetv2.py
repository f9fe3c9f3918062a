"""The MobileNetV2 baseline: images, layers, scores of both formulas, thresholds and refused input."""

import keras
import numpy as np
import pandas as pd
import pytest

from uads.core.errors import UserError
from uads.data.clips import as_clip_table
from uads.data.stores import create_store
from uads.detectors.gamma import combine_parts as combine
from uads.detectors.job import Job, Member
from uads.detectors.mobilenetv2.images import cut_images
from uads.detectors.mobilenetv2.infer import infer, measure_clips, negative_log_odds
from uads.detectors.mobilenetv2.network import build_classifier
from uads.detectors.mobilenetv2.score import score
from uads.detectors.mobilenetv2.train import train, train_classifier
from uads.detectors.score_sets import gamma_threshold
from uads.learning.clip_frames import open_stores

BINS = 32
SETTINGS = {
    "frames": 32,
    "hop": 8,
    "test_hop": 1,
    "width": 0.35,
    "momentum": 0.9,
    "epochs": 1,
    "batch_size": 8,
    "learning_rate": 1e-4,
    "validation_split": 0.1,
    "max_images": 16,
}
FAN = Member("fan", ("fan",))
JOB = Job(4, "mobilenetv2")
LENGTHS = (40, 48, 33, 20)  # frames; the last one is shorter than an image


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("features"), np.random.default_rng(0)
    rows = [
        (section, split, f"fan/{split}/{section}_{i:02d}")
        for section in ("00", "01")
        for split, n in (("train", 6), ("test", 4))
        for i in range(n)
    ]
    clips = pd.DataFrame(rows, columns=["section", "split", "clip"]).assign(part="development", path="x.wav")
    clips = clips.assign(corpus="own", machine="fan", domain="source", label="normal", attributes="")
    clips = as_clip_table(clips.assign(sample_rate=16000, length=1, checksum=""))
    paths = []
    for shard, own in clips.groupby("shard"):
        lengths = [LENGTHS[i % 4] for i in range(len(own))]
        paths.append(folder / f"{shard}.h5")
        with create_store(paths[-1], own, sum(lengths), BINS, {}) as writer:
            for length, section in zip(lengths, own["section"], strict=True):
                level = -1 if section == "00" else 1
                writer.append(rng.normal(level, 1, (length, BINS)).astype(np.float32), np.zeros(length, np.float32))
    return paths


@pytest.fixture(scope="module")
def trained(stores, tmp_path_factory):
    folder = tmp_path_factory.mktemp("mobilenetv2")
    features = [path for path in stores if "train" in path.name]
    train(open_stores(features), FAN, SETTINGS, folder, JOB)
    return folder


def test_network_is_keras_mobilenetv2_on_three_copies():
    model = build_classifier(64, 128, 3, 0.5, 0.999)
    inner = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    reference = keras.applications.MobileNetV2((64, 128, 3), alpha=0.5, weights=None, classes=3)
    assert model.count_params() == reference.count_params()
    reference.set_weights(inner.get_weights())
    image = np.random.default_rng(0).normal(-40, 10, (2, 64, 128)).astype(np.float32)
    expected = reference.predict_on_batch(np.repeat(image[..., None], 3, axis=3))
    np.testing.assert_allclose(model.predict_on_batch(image), expected, rtol=1e-5)


def test_batch_norms_remember_as_long_as_the_config_says():
    model = build_classifier(32, BINS, 2, 0.35, 0.9)
    inner = next(layer for layer in model.layers if isinstance(layer, keras.Model))
    norms = [layer for layer in inner.layers if isinstance(layer, keras.layers.BatchNormalization)]
    before = keras.ops.convert_to_numpy(norms[0].moving_variance)
    image = np.random.default_rng(0).normal(-40, 10, (4, 32, BINS)).astype(np.float32)
    model(image, training=True)
    first = inner.get_layer("Conv1")(np.repeat(image[..., None], 3, axis=3))
    expected = 0.9 * before + 0.1 * np.var(keras.ops.convert_to_numpy(first), axis=(0, 1, 2))
    np.testing.assert_allclose(keras.ops.convert_to_numpy(norms[0].moving_variance), expected, rtol=1e-4)
    assert {layer.momentum for layer in norms} == {0.9}


@pytest.mark.slow
def test_a_classifier_scores_as_it_was_trained(stores):
    frames = open_stores([path for path in stores if "train" in path.name])
    clips = np.arange(len(frames))
    settings = SETTINGS | {"epochs": 60, "max_images": None, "learning_rate": 1e-3, "validation_split": 0}
    keras.utils.set_random_seed(4)
    model, _ = train_classifier(frames, clips, settings, seed=4)
    images = cut_images(frames, clips, 32, np.full(len(clips), 8))
    told = model.predict_on_batch(images[np.arange(len(images))]).argmax(axis=1)
    sections = frames.clips["section"].to_numpy(str)[images.owner]
    assert np.mean(told == (sections == "01")) > 0.9, "also with the batch-norms' running statistics"


def test_unsettled_statistics_are_reported(stores, caplog):
    frames = open_stores([path for path in stores if "train" in path.name])
    train_classifier(frames, np.arange(len(frames)), SETTINGS | {"momentum": 0.999}, seed=4)
    assert "after 2 steps with momentum 0.999" in caplog.text
    assert "lower training.momentum" in caplog.text


def test_images_follow_the_hop_and_short_clips_are_repeated(stores):
    frames = open_stores(stores)
    clips = np.array([0, 2, 3])
    images = cut_images(frames, clips, 32, np.array([8, 1, 1]))
    lengths = [len(frames[clip]) for clip in clips]
    assert lengths == [40, 33, 20]
    assert np.bincount(images.owner).tolist() == [2, 2, 1]
    np.testing.assert_array_equal(images[np.array([1])][0], frames[0][8:40])
    np.testing.assert_array_equal(images[np.array([3])][0], frames[2][1:33])
    np.testing.assert_array_equal(images[np.array([4])][0], np.concatenate([frames[3], frames[3][:12]]))


def test_formulas():
    p = np.array([0.9, 0.5, 0.0, 1.0])
    smallest = np.finfo(float).eps
    np.testing.assert_allclose(negative_log_odds(p[:2], "documented"), np.log((1 - p[:2]) / p[:2]), atol=1e-12)
    np.testing.assert_allclose(negative_log_odds(p[:2], "code"), np.log((1 - p[:2]) - np.log(p[:2])))
    np.testing.assert_allclose(negative_log_odds(p[2:], "documented"), [-np.log(smallest), np.log(smallest)])
    np.testing.assert_allclose(negative_log_odds(p[2:], "code"), [np.log(1 - np.log(smallest)), np.log(smallest)])


@pytest.mark.parametrize("formula", ["code", "documented"])
def test_scores_are_means_over_the_images_of_a_clip(stores, trained, formula):
    frames = open_stores(stores)
    model = keras.saving.load_model(trained / "fan/development.keras")
    clips = np.arange(len(frames))
    found = measure_clips(model, frames, clips, SETTINGS)[formula]
    for clip in clips:
        row = frames.clips.iloc[clip]
        own = np.resize(frames[clip], (max(32, len(frames[clip])), BINS))
        starts = range(0, len(own) - 31, 8 if row["split"] == "train" else 1)
        p = model.predict_on_batch(np.stack([own[start : start + 32] for start in starts]))[:, int(row["section"])]
        p = p.astype(float)
        each = np.log((1 - p) - np.log(p)) if formula == "code" else np.log((1 - p) / p)
        assert found[clip] == pytest.approx(each.mean(), rel=1e-3, abs=1e-4)


def test_threshold_is_a_quantile_of_the_gamma_fit(stores, trained):
    frames = open_stores(stores)
    components = score(infer(frames, trained, FAN, SETTINGS, JOB), FAN, {"formula": "code"}, JOB)
    table = combine(frames.clips, [(FAN, components)], "sum", {"quantile": 0.9})
    model = keras.saving.load_model(trained / "fan/development.keras")
    scores = measure_clips(model, frames, np.arange(len(frames)), SETTINGS)["code"]
    is_train = (frames.clips["split"] == "train").to_numpy()
    assert len(table) == 20, "training clips, too"
    np.testing.assert_allclose(table["threshold"], gamma_threshold(scores[is_train]), rtol=1e-4)
    np.testing.assert_array_equal(table["decision"], table["score"] > table["threshold"])


def test_one_section_is_refused_with_a_remedy(stores):
    frames = open_stores([path for path in stores if "train" in path.name])
    clips = np.flatnonzero(frames.clips["section"] == "00")
    with pytest.raises(
        UserError, match="fan has training clips of only 00 in its development part: remove mobilenetv2"
    ):
        train_classifier(frames, clips, SETTINGS, 0)


def test_a_classifier_of_other_sections_is_named(stores):
    model = build_classifier(32, BINS, 3, 0.35, 0.9)
    frames = open_stores(stores)
    with pytest.raises(UserError, match="fan have 2 sections, its classifier was trained on 3"):
        measure_clips(model, frames, np.arange(len(frames)), SETTINGS)
