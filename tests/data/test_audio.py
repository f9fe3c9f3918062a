"""Any file format and rate is read as one channel at the rate of the study."""

import struct

import librosa
import numpy as np
import pytest
import soundfile

from uads.core.errors import UserError
from uads.data.audio import ReadingOptions, Size, normalise, read_clip, reading_options, resample, resampled_length

QUALITIES = ["soxr_vhq", "soxr_hq", "soxr_mq", "soxr_lq", "soxr_qq"]
VALUES = [0, 1, -1, 2**22, -(2**22), 2**23 - 1, -(2**23), 12345, -54321, 7, 8, 9]


def noise(n: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    return (0.2 * np.random.default_rng(seed).normal(size=(n, channels))).clip(-1, 0.99).astype(np.float32)


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize(("rate", "target"), [(44100, 16000), (48000, 16000), (8000, 16000), (192000, 16000)])
def test_resampling_is_librosas(rate, target, quality):
    for length in (1, 2, 999, rate // 3 + 1):
        waveform = noise(length)[:, 0]
        own = resample(waveform, rate, target, quality)
        np.testing.assert_array_equal(
            own, librosa.resample(waveform, orig_sr=rate, target_sr=target, res_type=quality), strict=True
        )
        assert len(own) == resampled_length(length, rate, target)


def test_the_quality_is_the_configs(tmp_path):
    sound = noise(44100, 2)
    soundfile.write(tmp_path / "c.wav", sound, 44100, subtype="FLOAT")
    results = []
    for quality in QUALITIES:
        own = read_clip(tmp_path / "c.wav", intake=reading_options({"channel": "mix", "resampling": quality}))
        mixed = librosa.to_mono(sound.T)
        np.testing.assert_array_equal(
            own, librosa.resample(mixed, orig_sr=44100, target_sr=16000, res_type=quality), strict=True
        )
        results.append(own)
    assert all((one != results[1]).any() for one in (results[0], *results[2:]))


def test_channels_are_mixed_or_one_is_chosen(tmp_path):
    sound = noise(500, 4)
    soundfile.write(tmp_path / "c.wav", sound, 16000, subtype="FLOAT")
    np.testing.assert_array_equal(read_clip(tmp_path / "c.wav"), sound.mean(axis=1))
    for channel in range(4):
        own = read_clip(tmp_path / "c.wav", intake=ReadingOptions(channel))
        np.testing.assert_array_equal(own, sound[:, channel])
        assert own.flags.c_contiguous
    message = r"c\.wav has 4 channels, but audio\.channel asks for channel 4 \(from 0\)\. Replace"
    with pytest.raises(UserError, match=message):
        read_clip(tmp_path / "c.wav", intake=ReadingOptions(4))


@pytest.mark.parametrize(
    "kind", ["WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "FLAC", "OGG", "MP3", "VOC", "NIST"]
)
def test_every_format_of_libsndfile_is_read(tmp_path, kind):
    time = np.arange(16000) / 16000
    sound = np.stack([0.5 * np.sin(2 * np.pi * 440 * time), 0.1 * np.sin(2 * np.pi * 1000 * time)], axis=1)
    path = tmp_path / f"c.{kind.lower()}"
    soundfile.write(path, sound, 16000, format=kind, subtype="PCM_16" if kind in ("VOC", "NIST", "W64") else None)
    own = read_clip(path)
    assert len(own) == 16000
    assert np.corrcoef(own[2000:-2000], sound.mean(axis=1)[2000:-2000])[0, 1] > 0.99


def wav(body: bytes, channels: int, bits: int, codec: int = 1, order: str = "<", container: int | None = None) -> bytes:
    """Build a WAV file from its specification."""
    width = container or (bits + 7) // 8
    extra = (
        b""
        if codec != 0xFFFE
        else struct.pack(order + "HHIH", 22, bits, 0, 1) + bytes.fromhex("000000001000800000aa00389b71")
    )
    rates = (codec, channels, 8000, 8000 * channels * width, channels * width, 8 * width if extra else bits)
    chunk = struct.pack(order + "HHIIHH", *rates) + extra
    chunks = (
        b"fmt " + struct.pack(order + "I", len(chunk)) + chunk + b"data" + struct.pack(order + "I", len(body)) + body
    )
    return (b"RIFF" if order == "<" else b"RIFX") + struct.pack(order + "I", 4 + len(chunks)) + b"WAVE" + chunks


def pack(values: list[int], width: int, order: str) -> bytes:
    return b"".join(value.to_bytes(width, "little" if order == "<" else "big", signed=True) for value in values)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize("width", [2, 3, 4])
def test_integers_of_both_byte_orders_are_scaled_by_full_range(tmp_path, order, channels, width):
    values = [value >> 8 if width == 2 else value << 8 * (width - 3) for value in VALUES]
    (tmp_path / "c.wav").write_bytes(wav(pack(values, width, order), channels, 8 * width, order=order))
    expected = (np.array(values) / 2.0 ** (8 * width - 1)).astype(np.float32).reshape(-1, channels)
    np.testing.assert_allclose(read_clip(tmp_path / "c.wav", 8000), expected.mean(axis=1), atol=1e-7)


def test_extensible_headers_and_padded_samples_are_read(tmp_path):
    values = [value >> 4 << 4 for value in VALUES]  # 20 bits in the upper part of 24
    expected = (np.array(values) / 2.0**23).astype(np.float32)
    for name, data in {
        "20.wav": wav(pack(values, 3, "<"), 1, 20),
        "extensible.wav": wav(pack(values, 3, "<"), 1, 20, codec=0xFFFE, container=3),
    }.items():
        (tmp_path / name).write_bytes(data)
        np.testing.assert_array_equal(read_clip(tmp_path / name, 8000), expected)


def test_a_clip_of_another_size_than_listed_is_refused(tmp_path):
    path = tmp_path / "c.wav"
    soundfile.write(path, noise(800), 16000)
    assert len(read_clip(path, listed=Size(800, 16000))) == 800
    assert len(read_clip(path, seconds=0.01, listed=Size(800, 16000))) == 160
    for size in (Size(799, 16000), Size(801, 16000), Size(800, 8000)):
        with pytest.raises(UserError, match=r"has changed since it was indexed .*delete the corpus' clips\.parquet"):
            read_clip(path, listed=size)


def test_a_constant_clip_stays_silent_at_any_rate(tmp_path):
    soundfile.write(tmp_path / "c.wav", np.full(44100, 0.25), 44100)
    waveform = read_clip(tmp_path / "c.wav")
    assert len(waveform) == 16000
    assert not normalise(waveform).any(), "no ringing of the filter is blown up to full scale"


def test_channels_are_averaged_and_rates_converted(tmp_path):
    time = np.arange(44100) / 44100
    tone = np.sin(2 * np.pi * 440 * time)
    soundfile.write(tmp_path / "s.flac", np.stack([tone, np.zeros_like(tone)], axis=1), 44100)
    waveform = read_clip(tmp_path / "s.flac")
    assert len(waveform) == resampled_length(44100, 44100, 16000) == 16000
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    np.testing.assert_allclose(waveform[500:-500], expected[500:-500], atol=2e-3)
    assert len(read_clip(tmp_path / "s.flac", seconds=0.25)) == 4000


def test_normalisation(tmp_path):
    waveform = np.array([0.0, 0.2, 0.4, 0.2], np.float32)
    np.testing.assert_allclose(normalise(waveform, "absmax"), [-1, 0, 1, 0], atol=1e-6)
    assert normalise(waveform, "std").std() == pytest.approx(1)
    assert normalise(waveform, "none") is waveform
    silent = np.zeros(4, np.float32)
    np.testing.assert_array_equal(normalise(silent), silent)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    soundfile.write(tmp_path / "n.wav", np.array([0.1, np.nan, 0.2]), 16000, subtype="FLOAT")
    with pytest.raises(UserError, match=r"n\.wav holds numbers that are not finite"):
        read_clip(tmp_path / "n.wav")
