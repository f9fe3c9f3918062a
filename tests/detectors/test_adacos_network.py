"""The network of Table 1: sizes, heads, labels, and a small training, interrupted and resumed."""

import keras
import numpy as np
import pandas as pd
import pytest
from keras import ops

from uads.core.errors import UserError
from uads.data.clips import as_clip_table
from uads.data.stores import create_store
from uads.detectors.adacos import network
from uads.detectors.adacos import train as training
from uads.detectors.adacos.classes import class_numbers, find_classes, read_classes
from uads.detectors.adacos.embed import embed_clips, infer
from uads.detectors.adacos.network import build_classifier, build_network, describe_network
from uads.detectors.adacos.store import from_outputs
from uads.detectors.base import kinds
from uads.detectors.job import Job, Member
from uads.learning.clip_frames import open_stores
from uads.learning.standardisation import Standardisation, fit_standardisation
from uads.learning.training import StopIfDiverged

SIZES = {
    "convolution": (157, 64, 16),
    "stage_1_block_2_norm_2": (78, 31, 16),
    "stage_2_block_2_norm_2": (39, 16, 32),
    "stage_3_block_2_norm_2": (20, 8, 64),
    "stage_4_block_2_norm_2": (10, 4, 128),
    "time_pool": (1, 4, 128),
    "flatten": (512,),
    "embedding": (128,),
}
SPEC = kinds()["adacos"]
OWN = {"embedding_size": 8, "frames": 40, "epochs": 3, "checkpoints": [1, 3], "batch_size": 4}
MEMBER = Member("one_head_s2_seed0", ("fan", "pump"), {"variant": "one_head", "heads": ["section"], "sub_clusters": 2})
SETTINGS = SPEC.Settings(
    training={**OWN, "precision": "single", "training_data": "mapped"}
).training.model_dump() | dict(MEMBER.overrides)
PUBLISHED = SPEC.Settings().training.model_dump()
BINS = 32


@pytest.fixture(scope="module")
def published():
    classes = {"section": [[str(number), "00"] for number in range(42)]}
    return build_classifier(classes, 128, PUBLISHED | {"sub_clusters": 16})[0]


@pytest.mark.parametrize("layer", SIZES)
def test_sizes_are_table_1s(published, layer):
    assert published.get_layer(layer).output.shape[1:] == SIZES[layer]


def test_description_is_read_off_the_model(published):
    table = describe_network(published)
    assert table["output_size"].tolist() == [
        "313×128",
        "157×64×16",
        "78×31×16",
        "78×31×16",
        "39×16×32",
        "20×8×64",
        "10×4×128",
        "4×128",
        "512",
        "128",
        "42",
    ]
    assert table["structure"].tolist()[1:5] == [
        "7×7, stride=2",
        "3×3, stride=2×2",
        "(3×3, 3×3) × 2, stride=1",
        "(3×3, 3×3) × 2, stride=2",
    ]
    assert table["parameters"].sum() == published.count_params()


def test_embedding_is_linear_and_every_kernel_decays():
    built = build_network(40, 32, 8, 1e-5)
    assert built.get_layer("embedding").activation is keras.activations.linear
    with_kernel = [layer for layer in built.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)]
    assert len(with_kernel) == 1 + 16 + 3 + 1
    assert all(float(layer.kernel_regularizer.l2) == pytest.approx(1e-5) for layer in with_kernel)
    assert all(layer.use_bias for layer in with_kernel)


def make_clips(n_train=5):
    rows = [
        (machine, section, "source", split, f"{machine}/{split}/{section}_{i}")
        for machine in ("fan", "pump")
        for section in ("00", "01")
        for split, n in (("train", n_train), ("test", 2))
        for i in range(n)
    ]
    clips = pd.DataFrame(rows, columns=["machine", "section", "domain", "split", "clip"])
    clips = clips.assign(corpus="own", path="x.wav", label="normal", part="development", attributes="")
    return as_clip_table(clips.assign(sample_rate=16000, length=1, checksum=clips["clip"]))


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("features"), np.random.default_rng(0)
    paths = []
    for shard, clips in make_clips().groupby("shard"):
        lengths = [(40, 30, 55)[i % 3] for i in range(len(clips))]
        paths.append(folder / f"{shard}.h5")
        with create_store(paths[-1], clips, sum(lengths), BINS, {}) as writer:
            for length, section in zip(lengths, clips["section"], strict=True):
                frames = rng.normal(-40 + 10 * int(section), 5, (length, BINS)).astype(np.float32)
                writer.append(frames, np.zeros(length, np.float32))
    return paths


def test_clips_are_repeated_or_cut_to_one_length(stores):
    frames = open_stores(stores)
    images = frames.of_length(np.arange(3), 40)
    for image, clip in zip(images, range(3), strict=True):
        own = frames[clip]
        expected = np.concatenate([own, own])[:40]
        np.testing.assert_array_equal(image, expected)


def test_standardisation_is_over_all_frames(stores, tmp_path):
    frames = open_stores(stores)
    together = np.concatenate([frames[i] for i in range(len(frames))]).astype(float)
    fitted = fit_standardisation(frames)
    np.testing.assert_allclose(fitted.mean, together.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(fitted.std, together.std(axis=0), rtol=1e-5)
    fitted.write(tmp_path / "s.h5")
    np.testing.assert_array_equal(Standardisation.read(tmp_path / "s.h5").std, fitted.std)


def test_classes_are_machine_and_section():
    clips = make_clips()
    classes = find_classes(clips, ["section"])
    assert classes == {"section": [["fan", "00"], ["fan", "01"], ["pump", "00"], ["pump", "01"]]}
    numbers = class_numbers(clips, classes, "section")
    assert [classes["section"][number] for number in numbers] == clips[["machine", "section"]].to_numpy().tolist()


def test_classes_of_the_second_head_are_machine_and_attributes():
    clips = make_clips()
    clips["attributes"] = [f"load_{i % 2}" if machine == "fan" else "" for i, machine in enumerate(clips["machine"])]
    classes = find_classes(clips, ["section", "attribute"])
    assert classes["attribute"] == [["fan", "load_0"], ["fan", "load_1"], ["pump", ""]]
    numbers = class_numbers(clips, classes, "attribute")
    assert set(numbers[clips["machine"] == "pump"]) == {2}, "a machine without attributes is one class"
    with pytest.raises(UserError, match="remove two_heads from"):
        find_classes(clips[(clips["machine"] == "pump")], ["section", "attribute"])


def test_a_second_head_adds_its_classes_to_the_table():
    classes = {"section": [[str(i), "00"] for i in range(42)], "attribute": [[str(i), "a"] for i in range(199)]}
    table = describe_network(build_classifier(classes, 128, PUBLISHED | {"sub_clusters": 2})[0])
    assert table["output_size"].tolist()[-3:] == ["128", "42", "199"]


@pytest.mark.parametrize("trainable", [True, False])
def test_centres_are_trained_or_stay(trainable):
    classes = {"section": [["fan", "00"], ["fan", "01"]]}
    classifier, _ = build_classifier(classes, BINS, SETTINGS | {"trainable_centres": trainable})
    names = [weight.path for weight in classifier.trainable_weights]
    assert any("centres" in name for name in names) == trainable


def test_one_class_is_an_error_with_a_remedy():
    clips = make_clips()
    with pytest.raises(UserError, match="remove the detector from the config's scores"):
        find_classes(clips[(clips["machine"] == "fan") & (clips["section"] == "00")], ["section"])


@pytest.fixture
def small_network(monkeypatch):
    monkeypatch.setattr(network, "STAGES", (4, 6))
    monkeypatch.setattr(network, "BLOCKS", 1)


def run_training(stores, folder, **options):
    """Train as a job does; return the history."""
    model = folder / "model"
    model.mkdir(parents=True)
    job = Job(9, "adacos", history=folder / "history.csv")
    frames = open_stores([path for path in stores if "train" in path.name])
    return training.train(frames, MEMBER, SETTINGS, model, job, **options)


class Interruption(Exception):
    pass


def test_a_resumed_training_ends_like_an_uninterrupted_one(stores, tmp_path, monkeypatch, small_network):
    whole_run, resumed_run = tmp_path / "whole", tmp_path / "resumed"
    one = run_training(stores, whole_run)

    keep = training.ResumableCheckpoint.on_epoch_end

    def interrupted(self, epoch, logs=None):
        keep(self, epoch, logs)
        if epoch == 1:
            raise Interruption

    monkeypatch.setattr(training.ResumableCheckpoint, "on_epoch_end", interrupted)
    with pytest.raises(Interruption):
        run_training(stores, resumed_run, state_every=0)
    monkeypatch.setattr(training.ResumableCheckpoint, "on_epoch_end", keep)
    assert (resumed_run / ".resume").exists()
    (resumed_run / "model").rmdir()
    other = run_training(stores, resumed_run)

    assert one["epoch"].tolist() == [1, 2, 3]
    pd.testing.assert_frame_equal(one, other, rtol=1e-6)
    found, again = (embed_all(stores, folder) for folder in (whole_run, resumed_run))
    assert list(found.embeddings) == SETTINGS["checkpoints"]
    assert found.centres["section"][3].shape == (4, 2, 8)
    assert found.embeddings[3].shape == (len(make_clips()), 8)
    np.testing.assert_allclose(found.embeddings[3], again.embeddings[3], rtol=1e-5, atol=1e-6)
    assert not np.allclose(found.embeddings[1], found.embeddings[3])


def embed_all(stores, folder):
    assert read_classes(folder / "model/classes.json") == find_classes(make_clips(), ["section"])
    return from_outputs(infer(open_stores(stores), folder / "model", MEMBER, SETTINGS, Job(9, "adacos")))


def test_training_describes_its_layers(stores, tmp_path, small_network):
    run_training(stores, tmp_path)
    table = pd.read_csv(tmp_path / "model/layers.csv")
    assert table.columns.tolist() == ["layer", "structure", "output_size", "parameters"]
    assert table["layer"].iloc[-1] == "sub-cluster AdaCos"


def test_weights_that_are_no_numbers_are_refused_with_what_to_do(stores, tmp_path, small_network):
    run_training(stores, tmp_path)
    classifier, _ = build_classifier(read_classes(tmp_path / "model/classes.json"), BINS, SETTINGS)
    path = tmp_path / "model/epoch_1.weights.h5"
    classifier.load_weights(path)
    classifier.set_weights([np.full_like(each, np.nan) for each in classifier.get_weights()])
    classifier.save_weights(path)
    with pytest.raises(UserError, match="training diverged, .* lower training.learning_rate"):
        embed_all(stores, tmp_path)


def test_a_loss_that_is_not_finite_ends_training():
    with pytest.raises(UserError, match="training diverged: loss of epoch 3 is nan: set a limit"):
        StopIfDiverged("set a limit").on_epoch_end(2, {"loss": float("nan")})
    StopIfDiverged().on_epoch_end(0, {"loss": 1.0})


def test_embeddings_are_the_networks(stores, tmp_path):
    frames = open_stores(stores)
    built = build_network(40, BINS, 8, 0.0)
    standardise = fit_standardisation(frames)
    everything = standardise(frames.of_length(np.arange(len(frames)), 40))
    expected = ops.convert_to_numpy(built(everything, training=False))
    np.testing.assert_allclose(embed_clips(built, frames, standardise), expected, atol=1e-5)
