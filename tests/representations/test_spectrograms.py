"""Spectrograms equal those of librosa for any clip."""

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile

from uads.core.errors import UserError
from uads.corpora.folder import index_folder
from uads.data.audio import normalise
from uads.data.clips import as_clip_table
from uads.data.stores import FrameStore
from uads.representations.spectrogram.extract import extract_spectrograms
from uads.representations.spectrogram.transform import (
    FrontEnd,
    Spectrogram,
    count_frames,
    power_spectrogram,
    transform_clip,
)

RATE = 16000
STUDY = {"normalise": "absmax", "pad_mode": "constant", "amin": 1e-10, "top_db": 80}


@pytest.fixture
def waveform() -> np.ndarray:
    """Return a tone that fades by 100 dB, with a click: levels above and below the floor of 80 dB."""
    time = np.arange(2 * RATE) / RATE
    sound = np.sin(2 * np.pi * 440 * time) * 10 ** (-100 / 20 * time / time[-1])
    sound[RATE] += 0.5
    return (0.3 * sound + 0.01).astype(np.float32)


def librosa_decibels(waveform: np.ndarray, pad_mode: str, top_db: float | None, n_mels: int | None) -> np.ndarray:
    power = np.abs(librosa.stft(waveform, n_fft=1024, hop_length=512, pad_mode=pad_mode)) ** 2
    if n_mels:
        power = librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=n_mels)
    return librosa.power_to_db(power, top_db=top_db).T


@pytest.mark.parametrize("n_mels", [None, 128])
@pytest.mark.parametrize(("pad_mode", "top_db"), [("constant", 80), ("reflect", None)])
def test_equals_librosa_to_a_thousandth_of_a_decibel(waveform, n_mels, pad_mode, top_db):
    spectrogram = Spectrogram(FrontEnd(normalise="none", pad_mode=pad_mode), n_mels=n_mels, top_db=top_db)
    frames, _ = transform_clip(waveform, spectrogram)
    np.testing.assert_allclose(frames, librosa_decibels(waveform, pad_mode, top_db, n_mels), atol=1e-3)


def beside_silence() -> np.ndarray:
    """Return a loud tone followed by digital silence."""
    time = np.arange(RATE) / RATE
    return np.concatenate([np.sin(2 * np.pi * 1000 * time), np.zeros(RATE)])


def weak_beside_loud() -> np.ndarray:
    """Return a tone at the centre of a bin and another one 78 dB weaker."""
    time = np.arange(RATE) / RATE
    return np.sin(2 * np.pi * 1000 * time) + 10 ** (-78 / 20) * np.sin(2 * np.pi * 6000 * time)


def low_hum_with_weak_noise() -> np.ndarray:
    """Return a signal for which rounding errors of the loudest bins matter in the weakest ones."""
    noise = np.random.default_rng(0).normal(size=RATE)
    return np.sin(2 * np.pi * 60 * np.arange(RATE) / RATE) + 3e-5 * noise


def quiet() -> np.ndarray:
    """Return noise of a few 16-bit quantisation steps."""
    return np.random.default_rng(1).integers(-2, 3, RATE) / 2**15


def offset() -> np.ndarray:
    """Return noise plus a constant that is a thousand times larger."""
    return 0.9 + 1e-3 * np.random.default_rng(2).normal(size=RATE)


def impulses() -> np.ndarray:
    """Return single impulses at the edges and in the middle of windows."""
    clip = np.zeros(RATE)
    clip[[0, 511, 512, 5000, RATE - 1]] = [1, -1, 1, 0.5, 1]
    return clip


@pytest.mark.parametrize("n_mels", [None, 128])
@pytest.mark.parametrize("make", [beside_silence, weak_beside_loud, low_hum_with_weak_noise, quiet, offset, impulses])
def test_equals_librosa_for_difficult_waveforms(make, n_mels):
    clip = normalise(make().astype(np.float32))
    frames, energy = transform_clip(clip, Spectrogram(FrontEnd(normalise="none"), n_mels=n_mels, top_db=80))
    np.testing.assert_allclose(frames, librosa_decibels(clip, "constant", 80, n_mels), atol=1e-3)
    np.testing.assert_allclose(energy, (10 ** (frames.astype(np.float64) / 10)).sum(axis=1), rtol=1e-4)


def test_normalisation_is_by_mean_and_absolute_maximum(waveform):
    centred = waveform - waveform.mean()
    frames, _ = transform_clip(waveform, Spectrogram(top_db=80))
    np.testing.assert_allclose(
        frames, librosa_decibels(centred / np.abs(centred).max(), "constant", 80, None), atol=1e-3
    )


def test_energy_is_the_summed_power_of_the_decibels(waveform):
    frames, energy = transform_clip(waveform, Spectrogram(n_mels=128, top_db=80))
    np.testing.assert_allclose(energy, (10 ** (frames.astype(np.float64) / 10)).sum(axis=1), rtol=1e-5)


def test_a_silent_clip_has_the_smallest_power():
    frames, energy = transform_clip(np.zeros(RATE, np.float32), Spectrogram(top_db=80))
    np.testing.assert_allclose(frames, -100, atol=1e-4)
    np.testing.assert_allclose(energy, 513e-10, rtol=1e-5)


@pytest.mark.parametrize("length", [0, 1, 511, 512, 513, RATE * 10])
def test_counts_frames_as_the_transform_makes_them(length):
    frames = 313 if length == RATE * 10 else (1 + length // 512 if length else 0)
    assert count_frames(length, RATE, FrontEnd()) == frames
    if length > 1:
        assert len(transform_clip(np.ones(length, np.float32), Spectrogram())[0]) == frames


@pytest.mark.parametrize("length", [1500, 1501, 2000, RATE])
@pytest.mark.parametrize("n_fft", [400, 401, 1023])
def test_counts_frames_of_windows_of_any_length(length, n_fft):
    front_end = FrontEnd(n_fft=n_fft, hop_length=500)
    assert count_frames(length, RATE, front_end) == len(power_spectrogram(np.ones(length, np.float32), front_end))


@pytest.fixture
def clips(tmp_path, waveform) -> pd.DataFrame:
    """Return three clips: mono at the rate of the study, stereo at another rate, and a short one."""
    folder = tmp_path / "clips"
    folder.mkdir()
    soundfile.write(folder / "a.wav", waveform, RATE)
    soundfile.write(folder / "b.flac", np.stack([waveform, waveform], axis=1), 44100)
    soundfile.write(folder / "c.wav", waveform[:700], RATE)
    return as_clip_table(index_folder("trial", folder))


def test_one_pass_writes_every_representation(clips, tmp_path):
    outputs = {name: tmp_path / f"{name}.h5" for name in ("stft", "mel", "logmel")}
    parameters = {
        "stft": STUDY,
        "mel": STUDY | {"n_mels": 128, "clips_per_external_shard": 2},
        "logmel": {"normalise": "none", "pad_mode": "reflect", "n_mels": 128},
    }
    extract_spectrograms(clips, outputs, parameters)
    stft, mel, logmel = (FrameStore(path) for path in outputs.values())
    assert stft.frames.shape == (stft.offsets[-1], 513)
    assert list(stft.clips["clip"]) == list(clips["clip"])
    assert list(mel.clips["clip"]) == list(clips["clip"][:2])
    own, _ = transform_clip(soundfile.read(clips["path"][0], dtype="float32")[0], Spectrogram(top_db=80))
    np.testing.assert_array_equal(stft.frames[: stft.offsets[1]], own)
    assert logmel.attributes["parameters"]["front_end"]["pad_mode"] == "reflect"
    assert stft.attributes["seconds_per_frame"] == 0.032


def test_representations_of_one_transform_are_independent(clips, tmp_path):
    outputs = {name: tmp_path / f"{name}.h5" for name in ("floored", "whole", "mel")}
    parameters = {"floored": STUDY, "whole": STUDY | {"top_db": None}, "mel": STUDY | {"n_mels": 128}}
    extract_spectrograms(clips, outputs, parameters)
    waveform = soundfile.read(clips["path"][0], dtype="float32")[0]
    for name, spectrogram in {
        "floored": Spectrogram(top_db=80),
        "whole": Spectrogram(),
        "mel": Spectrogram(top_db=80, n_mels=128),
    }.items():
        store = FrameStore(outputs[name])
        own, energy = transform_clip(waveform, spectrogram)
        np.testing.assert_array_equal(store.frames[: store.offsets[1]], own)
        np.testing.assert_array_equal(store.energy[: store.offsets[1]], energy)


def test_any_number_of_threads_writes_the_same_bytes(clips, tmp_path):
    written = []
    for threads in (1, 2, 3):
        outputs = {name: tmp_path / f"{name}{threads}.h5" for name in ("stft", "mel")}
        extract_spectrograms(clips, outputs, {"stft": STUDY, "mel": STUDY | {"n_mels": 128}}, threads=threads)
        written.append([path.read_bytes() for path in outputs.values()])
    assert written[0] == written[1] == written[2]


def test_a_broken_clip_is_named_on_any_thread(clips, tmp_path):
    with open(clips["path"][1], "wb") as file:
        file.write(b"fLaC no audio at all")
    with pytest.raises(UserError, match=r"cannot read .*b\.flac"):
        extract_spectrograms(clips, {"mel": tmp_path / "mel.h5"}, {"mel": STUDY | {"n_mels": 128}}, threads=2)


def test_a_clip_that_changed_since_it_was_indexed_is_refused(clips, tmp_path):
    soundfile.write(clips["path"][2], np.ones(RATE * 3, np.float32), RATE)
    with pytest.raises(UserError, match="has changed since it was indexed"):
        extract_spectrograms(clips, {"mel": tmp_path / "mel.h5"}, {"mel": STUDY | {"n_mels": 128}})
    assert list(tmp_path.glob("*mel*")) == [], "a failed shard leaves nothing behind"


def test_a_broken_clip_is_named(clips, tmp_path):
    with open(clips["path"][0], "wb") as file:
        file.write(b"RIFF no audio at all")
    with pytest.raises(UserError, match=r"cannot read .*a\.wav"):
        extract_spectrograms(clips, {"mel": tmp_path / "mel.h5"}, {"mel": STUDY | {"n_mels": 128}})
