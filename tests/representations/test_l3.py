"""L3 frames equal those of OpenL3 clip by clip; their energy is that of the waveform."""

from itertools import islice, pairwise

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.corpora.folder import index_folder
from uads.data.audio import read_clip
from uads.data.clips import as_clip_table
from uads.data.stores import FrameStore
from uads.representations.l3.extract import (
    L3,
    WINDOWS_PER_BATCH,
    count_frames,
    embed,
    embed_clips,
    extract_l3,
    lay_windows,
    load_network,
    window_energy,
)

RATE = 16000


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
