"""L3 frames are what OpenL3's own function gives, clip by clip; their energy is the waveform's."""

import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.clips import as_clip_table
from uads.corpora.folder import index_folder
from uads.representations.l3 import L3, count_frames, extract_l3, load_network, window_energy
from uads.stores import FrameStore

RATE = 16000
PARAMETERS = {"normalise": "none", "seconds": 1.3}


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("clips")
    rng = np.random.default_rng(0)
    for name, seconds in (("a", 1.5), ("b", 1.25), ("c", 0.5)):
        soundfile.write(folder / f"{name}.wav", 0.1 * rng.normal(size=int(seconds * RATE)), RATE)
    return as_clip_table(index_folder("air", folder))


@pytest.mark.parametrize("seconds", [0.2, 1.0, 1.01, 1.1, 2.0, 10.0])
def test_counts_frames_as_openl3_does(seconds):
    from openl3.core import _get_num_windows

    length = round(seconds * RATE)
    assert count_frames(length, RATE, L3()) == _get_num_windows(length * 3, 48000, 4800, center=False)


def test_energy_is_the_power_under_each_window():
    waveform = np.random.default_rng(1).normal(size=round(1.25 * RATE)).astype(np.float32)
    plain = [np.sum(waveform[start : start + RATE].astype(float) ** 2) for start in (0, 1600, 3200, 4800)]
    np.testing.assert_allclose(window_energy(waveform, 4, L3()), plain, rtol=1e-6)


def test_a_shard_equals_openl3_called_clip_by_clip(clips, tmp_path):
    import openl3

    extract_l3(clips, tmp_path / "l3.h5", PARAMETERS, None, seed=3)
    store = FrameStore(tmp_path / "l3.h5")
    assert np.diff(store.offsets).tolist() == [4, 4, 1]
    assert store.attributes["weights"] == "stand-in, seed 3"
    network = load_network(L3(), None, seed=3)
    for number, path in enumerate(clips["path"]):
        audio = soundfile.read(path, dtype="float32")[0][: round(1.3 * RATE)]
        alone, _ = openl3.get_audio_embedding(
            audio, RATE, model=network, hop_size=0.1, center=False, frontend="kapre", verbose=0
        )
        own = store.frames[store.offsets[number] : store.offsets[number + 1]]
        np.testing.assert_allclose(own, alone, rtol=1e-5, atol=1e-5 * np.abs(alone).max())


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
    extract_l3(clips[:1], tmp_path / "published.h5", PARAMETERS, path, seed=3)
    extract_l3(clips[:1], tmp_path / "seeded.h5", PARAMETERS, None, seed=11)
    published, seeded = FrameStore(tmp_path / "published.h5"), FrameStore(tmp_path / "seeded.h5")
    assert published.attributes["weights"] == path.name
    np.testing.assert_allclose(published.frames, seeded.frames, rtol=1e-5, atol=1e-4)
