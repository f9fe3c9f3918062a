"""The autoencoder baseline: layers, stacks, scores and thresholds."""

import shutil

import keras
import numpy as np
import pandas as pd
import pytest

from uads.core.errors import UserError
from uads.data.clips import as_clip_table
from uads.data.stores import create_store
from uads.detectors.autoencoder.infer import infer, measure_errors
from uads.detectors.autoencoder.network import build_autoencoder
from uads.detectors.autoencoder.score import score
from uads.detectors.autoencoder.train import train
from uads.detectors.gamma import combine_parts as combine
from uads.detectors.job import Job, Member
from uads.detectors.score_sets import gamma_threshold
from uads.learning.clip_frames import gather_stacks, open_stores, stack_starts

BINS, STACK = 8, 5
SETTINGS = {
    "stack": STACK,
    "epochs": 2,
    "batch_size": 16,
    "learning_rate": 1e-3,
    "validation_split": 0.1,
    "max_stacks": 64,
}
PARTS = ["development", "evaluation"]
FAN = Member("fan", ("fan",))
JOB = Job(4, "autoencoder")


def test_layers_are_the_baselines():
    model = build_autoencoder(640)
    dense = [layer.units for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    assert dense == [128, 128, 128, 128, 8, 128, 128, 128, 128, 640]
    kinds = [type(layer).__name__ for layer in model.layers[1:]]
    assert kinds == ["Dense", "BatchNormalization", "ReLU"] * 9 + ["Dense"]
    assert model.layers[-1].activation is keras.activations.linear


def test_stacks_stay_within_their_clip():
    starts = stack_starts([7, 4, 5], 5)
    assert starts.tolist() == [0, 1, 2, 11]
    frames = np.arange(16 * 2, dtype=np.float32).reshape(16, 2)
    np.testing.assert_array_equal(gather_stacks(frames, starts, 5)[3], frames[11:16].ravel())


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("features"), np.random.default_rng(0)
    rows = [
        (section, part, split, f"fan/{split}/{part}_{i:02d}")
        for section, part in zip(("00", "03"), PARTS, strict=True)
        for split, n in (("train", 8), ("test", 3))
        for i in range(n)
    ]
    clips = pd.DataFrame(rows, columns=["section", "part", "split", "clip"])
    clips = clips.assign(corpus="own", machine="fan", domain="source", label="normal", attributes="", path="x.wav")
    clips = as_clip_table(clips.assign(sample_rate=16000, length=1, checksum=""))
    paths = []
    for shard, own in clips.groupby("shard"):
        lengths = [12 + i % 4 for i in range(len(own))]
        paths.append(folder / f"{shard}.h5")
        with create_store(paths[-1], own, sum(lengths), BINS, {}) as writer:
            for length in lengths:
                writer.append(rng.normal(-1, 1, (length, BINS)).astype(np.float32), np.zeros(length, np.float32))
    return paths


@pytest.fixture(scope="module")
def trained(stores, tmp_path_factory):
    folder = tmp_path_factory.mktemp("autoencoder")
    return folder, train_on(stores, folder), {part: folder / f"fan/{part}.keras" for part in PARTS}


def train_on(stores, folder):
    return train(open_stores([path for path in stores if "train" in path.name]), FAN, SETTINGS, folder, JOB)


def score_set(stores, folder):
    frames = open_stores(stores)
    components = score(infer(frames, folder, FAN, SETTINGS, JOB), FAN, {}, JOB)
    return combine(frames.clips, [(FAN, components)], "sum", {"quantile": 0.9})


def test_history_has_both_parts(trained):
    history = trained[1]
    assert history[["part", "epoch"]].to_numpy().tolist() == [[part, epoch] for part in PARTS for epoch in (1, 2)]
    assert np.isfinite(history[["loss", "val_loss"]]).all(axis=None)


def test_same_seed_same_losses(stores, trained, tmp_path):
    pd.testing.assert_frame_equal(train_on(stores, tmp_path), trained[1], rtol=1e-7)


def test_scores_are_mean_squared_errors(stores, trained):
    frames = open_stores(stores)
    model = keras.saving.load_model(trained[2]["development"])
    clips = np.array([0, 3, 5])
    expected = []
    for clip in clips:
        own = frames[clip]
        stacks = np.stack([own[i : i + STACK].ravel() for i in range(len(own) - STACK + 1)])
        expected.append(np.mean((stacks - np.asarray(model(stacks, training=False))) ** 2))
    np.testing.assert_allclose(measure_errors(model, frames, clips), expected, rtol=1e-4)


def test_each_part_has_its_own_model_and_threshold(stores, trained):
    table = score_set(stores, trained[0])
    frames = open_stores(stores)
    assert len(table) == 22, "training clips, too"
    for part, path in trained[2].items():
        rows = np.flatnonzero((frames.clips["part"] == part) & (frames.clips["split"] == "train"))
        threshold = gamma_threshold(measure_errors(keras.saving.load_model(path), frames, rows))
        found = table[table["clip"].str.contains(part)]
        np.testing.assert_allclose(found["threshold"], threshold, rtol=1e-6)
        np.testing.assert_array_equal(found["decision"], found["score"] > found["threshold"])


def test_a_part_without_a_model_is_named(stores, trained, tmp_path):
    (tmp_path / "fan").mkdir()
    shutil.copy(trained[2]["development"], tmp_path / "fan")
    with pytest.raises(UserError, match="fan has clips of the evaluation part"):
        score_set(stores, tmp_path)


def test_clip_shorter_than_a_stack(stores):
    frames = open_stores(stores)
    model = build_autoencoder(20 * BINS)
    with pytest.raises(UserError, match="fewer than the 20 of a stack"):
        measure_errors(model, frames, np.arange(3))
