"""L3 frames equal those of OpenL3 clip by clip; their energy is that of the waveform."""

import subprocess
import sys
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.corpora.folder import index_folder
from uads.data.audio import read_clip
from uads.data.clips import as_clip_table
from uads.data.stores import FrameStore
from uads.representations.l3 import network as l3_network
from uads.representations.l3.extract import (
    WINDOWS_PER_BATCH,
    embed,
    embed_clips,
    extract_l3,
    lay_windows,
    window_energy,
)
from uads.representations.l3.network import compile_network, fold, load_network
from uads.representations.l3.parameters import L3, count_frames
from uads.representations.l3.spec import SPEC

RATE = 16000
SCRIPTS = Path(__file__).parents[2] / "scripts"
PRECISIONS = {"single": np.float32, "double": np.float64}


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> pd.DataFrame:
    """Return clips longer than, shorter than and equal to a window, each at a different rate."""
    folder = tmp_path_factory.mktemp("clips")
    rng = np.random.default_rng(0)
    for name, seconds, rate in (("long", 2.35, RATE), ("short", 0.5, 22050), ("window", 1.0, 48000)):
        soundfile.write(folder / f"{name}.wav", 0.1 * rng.normal(size=int(seconds * rate)), rate)
    return as_clip_table(index_folder("air", folder))


class CountingNetwork:
    """A fake network: an embedding consists of the sum of its window and the number of its batch."""

    def __init__(self):
        self.sizes = []

    def __call__(self, batch):
        self.sizes.append(len(batch))
        return np.stack([batch.sum(axis=(1, 2)), np.full(len(batch), len(self.sizes))], axis=1)


@pytest.mark.parametrize("rate", [8000, RATE, 22050, 44100, 48000, 96000])
@pytest.mark.parametrize("seconds, more", [(0.2, 0), (1, -1), (1, 0), (1, 1), (1.3, 0), (1.3, 1)])
def test_counts_frames_as_openl3_lays_windows(rate, seconds, more):
    l3 = L3(sample_rate=rate)
    waveform = np.ones(round(seconds * rate) + more, np.float32)
    assert count_frames(len(waveform), rate, l3) == len(lay_windows(waveform, l3))


def test_windows_share_their_samples():
    windows = lay_windows(np.ones(3 * RATE, np.float32), L3())
    assert windows.shape == (21, 1, 48000)
    assert np.shares_memory(windows[0], windows[1])


def test_energy_is_the_power_under_each_window():
    waveform = np.random.default_rng(1).normal(size=round(1.25 * RATE)).astype(np.float32)
    plain = [np.sum(waveform[start : start + RATE].astype(float) ** 2) for start in (0, 1600, 3200, 4800)]
    np.testing.assert_allclose(window_energy(waveform, 4, L3()), plain, rtol=1e-6)


def test_windows_are_embedded_in_order_with_a_smaller_last_batch():
    network = CountingNetwork()
    n = 2 * WINDOWS_PER_BATCH + 3
    embeddings = list(embed((np.full((1, 2), number) for number in range(n)), network))
    assert network.sizes == [WINDOWS_PER_BATCH, WINDOWS_PER_BATCH, 3]
    assert [total for total, _ in embeddings] == [2 * number for number in range(n)]


def test_no_more_windows_are_taken_than_a_batch_holds():
    windows = iter(np.zeros((5 * WINDOWS_PER_BATCH, 1, 2)))
    list(islice(embed(windows, CountingNetwork()), WINDOWS_PER_BATCH))
    assert len(list(windows)) == 4 * WINDOWS_PER_BATCH


def test_batches_run_on_from_one_clip_to_the_next(clips):
    network = CountingNetwork()
    frames, energy = zip(*embed_clips(clips, L3(), network), strict=True)
    assert network.sizes == [16, 1]
    assert [frame[:, 1].tolist() for frame in frames] == [15 * [1], [1], [2]]
    assert [len(clip) for clip in energy] == [15, 1, 1]


def test_a_clip_that_has_changed_is_refused(clips):
    with pytest.raises(UserError, match=r"short\.wav has changed since it was indexed"):
        list(embed_clips(clips.assign(length=[37600, 11026, 48000]), L3(), CountingNetwork()))


@pytest.mark.parametrize("parameters", [{}, {"sample_rate": 48000, "seconds": 1.05, "normalise": "none"}])
def test_a_shard_equals_openl3_called_clip_by_clip(clips, tmp_path, parameters):
    import openl3

    l3 = L3(**{"normalise": "none", **parameters})
    extract_l3(clips, tmp_path / "l3.h5", {"normalise": "none", **parameters}, None, seed=3)
    store = FrameStore(tmp_path / "l3.h5")
    assert store.attributes["weights"] == "stand-in, seed 3"
    network = load_network(l3, None, seed=3)
    for path, (start, stop) in zip(clips["path"], pairwise(store.offsets), strict=True):
        waveform = read_clip(path, l3.sample_rate, l3.seconds)
        alone, _ = openl3.get_audio_embedding(
            waveform, l3.sample_rate, model=network, hop_size=0.1, center=False, frontend="kapre", verbose=0
        )
        np.testing.assert_allclose(store.frames[start:stop], alone, rtol=1e-5, atol=1e-5 * np.abs(alone).max())


@pytest.fixture(scope="module")
def model():
    """Return the network with normalisations that change something, as trained ones do."""
    from keras.layers import BatchNormalization

    model = load_network(L3(), None, seed=3)
    rng = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, len(weight)) for weight in layer.get_weights()])
    return model


@pytest.fixture(scope="module")
def hum() -> np.ndarray:
    """Return 1.2 s of a hum at 16 kHz, 3 windows; at 48 kHz, it has nothing above 8 kHz."""
    time = np.arange(19200) / RATE
    noise = np.random.default_rng(5).normal(scale=0.01, size=len(time))
    return (0.5 * np.sin(2 * np.pi * 120 * time) * (1 + time) + noise).astype(np.float32)


def plain_spectrogram(window):
    """Compute what OpenL3's front end for linear spectrograms does, in double precision with NumPy."""
    frames = np.lib.stride_tricks.sliding_window_view(window, 512)[::242]
    magnitude = np.abs(np.fft.rfft(frames * (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(512) / 512))))
    decibels = 10 * np.log10(np.maximum(magnitude, 1e-10))
    return np.maximum(decibels - decibels.max(), -80).T[..., None]


def spectrograms(model, windows, front_end):
    import keras

    front = keras.Model(model.input, model.layers[1].output)
    return compile_network(front, front_end=front_end)(windows)


def test_a_front_end_in_double_precision_is_exact_to_single(model, hum):
    windows = lay_windows(hum, L3(front_end="double"))
    assert windows.dtype == np.float64
    expected = np.stack([plain_spectrogram(window) for window in windows[:, 0]])
    found = spectrograms(model, windows, "double")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-7)


def test_a_front_end_in_single_precision_errs_where_nothing_sounds(model, hum):
    exact, single = (
        spectrograms(model, lay_windows(hum, L3(front_end=front_end)), front_end) for front_end in ("double", "single")
    )
    error = np.abs(single - exact)
    assert error[:, :80].mean() < 1e-3, "decibels, up to 7.5 kHz"
    assert error[:, 100:].mean() > 0.1, "above 9.4 kHz"


@pytest.mark.parametrize("input_repr", ["linear", "mel128"])
def test_the_double_front_end_of_each_input_is_close_to_the_single_one(input_repr):
    model = load_network(L3(input_repr=input_repr), None, seed=3)
    windows = np.random.default_rng(2).normal(scale=0.1, size=(2, 1, 48000)).astype(np.float32)
    single, double = (spectrograms(model, windows.astype(number), name) for name, number in PRECISIONS.items())
    np.testing.assert_allclose(double, single, atol=0.05)


def test_single_precision_is_openl3_bit_for_bit(model, hum):
    import tensorflow as tf

    windows = lay_windows(hum, L3())
    openl3 = tf.function(partial(model, training=False), autograph=False)
    np.testing.assert_array_equal(compile_network(model)(windows), openl3(windows).numpy())


def test_a_network_in_bfloat16_is_close_to_one_in_single_precision(model, hum):
    windows = lay_windows(hum, L3())
    single, rounded = (compile_network(model, name)(windows) for name in ("single", "bfloat16"))
    assert rounded.dtype == np.float32
    error = np.linalg.norm(rounded - single, axis=1) / np.linalg.norm(single, axis=1)
    assert 1e-4 < error.max() < 0.03


def test_a_normalisation_becomes_part_of_its_convolution():
    from keras import layers

    convolution, normalisation = layers.Conv2D(3, 2), layers.BatchNormalization()
    inputs = np.random.default_rng(0).normal(size=(1, 4, 5, 2)).astype(np.float32)
    normalisation(convolution(inputs))
    rng = np.random.default_rng(1)
    for layer in (convolution, normalisation):
        layer.set_weights([rng.uniform(0.5, 2, weight.shape) for weight in layer.get_weights()])
    expected = np.asarray(normalisation(convolution(inputs)))
    convolution.set_weights(fold(*convolution.get_weights(), normalisation))
    np.testing.assert_allclose(np.asarray(convolution(inputs)), expected, rtol=1e-5)


@pytest.mark.parametrize("flags, used", [("fpu avx512_bf16", "bfloat16"), ("fpu avx512f", "single")])
def test_a_store_names_the_computation_that_the_hardware_has(clips, tmp_path, monkeypatch, flags, used):
    monkeypatch.setattr(l3_network, "CPU_INFO", tmp_path / "cpuinfo")
    (tmp_path / "cpuinfo").write_text(f"processor\t: 0\nflags\t\t: {flags}\n\nprocessor\t: 1\n")
    computations = []
    monkeypatch.setattr(
        "uads.representations.l3.extract.compile_network",
        lambda model, computation, front_end: computations.append(computation) or (lambda batch: batch[:, 0, :512]),
    )
    extract_l3(clips[1:2], tmp_path / "l3.h5", {"computation": "bfloat16"}, None, seed=3)
    assert computations == [used]
    assert FrameStore(tmp_path / "l3.h5").attributes["computation"] == {"asked": "bfloat16", "used": used}


def test_the_methods_page_names_other_precisions():
    settings = SPEC.Settings(computation="bfloat16", front_end="double")
    assert "precision" not in SPEC.methods(SPEC.Settings())
    assert "spectrogram in double precision; convolutions in bfloat16" in SPEC.methods(settings)


def test_no_flags_are_known_of_other_systems(tmp_path, monkeypatch):
    monkeypatch.setattr(l3_network, "CPU_INFO", tmp_path / "none")
    assert l3_network.cpu_flags() == set()


def test_a_job_loads_no_library_that_embeddings_do_not_need():
    code = (
        "import sys; from uads.representations.l3.extract import *;"
        "load_network(L3(), None, 0); lay_windows(np.ones(16000, np.float32), L3());"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}));"
        "import sklearn.decomposition, scipy.signal"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert {"openl3", "kapre", "tensorflow"} <= loaded
    assert not loaded & {"sklearn", "matplotlib", "librosa", "moviepy"}


def test_weights_in_the_published_format_are_read(clips, tmp_path):
    import h5py
    import keras
    from keras.src.legacy.saving import legacy_h5_format
    from openl3 import models

    keras.utils.set_random_seed(11)
    network = models.AUDIO_MODELS["linear"](include_frontend=True)
    path = tmp_path / "openl3_audio_linear_env-v0_4_0.h5"
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, network)
    parameters = {"normalise": "none", "seconds": 1.1}
    extract_l3(clips[:1], tmp_path / "published.h5", parameters, path, seed=3)
    extract_l3(clips[:1], tmp_path / "seeded.h5", parameters, None, seed=11)
    published, seeded = FrameStore(tmp_path / "published.h5"), FrameStore(tmp_path / "seeded.h5")
    assert published.attributes["weights"] == path.name
    np.testing.assert_allclose(published.frames, seeded.frames, rtol=1e-5, atol=1e-4)
