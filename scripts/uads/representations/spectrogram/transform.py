"""Power spectrograms, mel bands and decibels of one waveform."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import ducc0
import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from uads.data.audio import Waveform, normalise, resampled_length
from uads.data.kernels import hann_power, to_decibels

Frames = NDArray[np.float32]
#: Frames in dB [n_frames, bins] and their energy [n_frames].
Levels = tuple[Frames, NDArray[np.float32]]
#: Frames per block of the transform; in double precision, a block fits into the cache of a core.
FRAMES_PER_BLOCK = 64
#: Mel bands that are computed together.
BANDS_PER_GROUP = 16


@dataclass(frozen=True)
class FrontEnd:
    """Parameters that representations must share to use the same Fourier transform.

    Parameters
    ----------
    sample_rate : int, default 16000
        In Hz; clips at other rates are resampled.
    normalise : {"absmax", "std", "none"}
        See :func:`uads.data.audio.normalise`.
    n_fft, hop_length : int, default 1024 and 512
        Window (Hann) and hop, in samples.
    pad_mode : {"constant", "reflect"}
        Padding of the clip by half a window on either side.
    """

    sample_rate: int = 16000
    normalise: str = "absmax"
    n_fft: int = 1024
    hop_length: int = 512
    pad_mode: str = "constant"


@dataclass(frozen=True)
class Spectrogram:
    """Parameters of one logarithmic spectrogram.

    Parameters
    ----------
    front_end : FrontEnd
    n_mels : int, optional
        Mel bands (Slaney's scale and norm, 0 Hz to half the sample rate); the bins of the STFT by default.
    amin : float, default 1e-10
        The smallest power.
    top_db : float, optional
        Floor in dB below the maximum of the clip; no floor by default.
    """

    front_end: FrontEnd = FrontEnd()
    n_mels: int | None = None
    amin: float = 1e-10
    top_db: float | None = None

    @property
    def bins(self) -> int:
        """Number of bins per frame."""
        return self.n_mels or self.front_end.n_fft // 2 + 1


def spectrogram_from(parameters: Mapping[str, Any]) -> Spectrogram:
    """Build a :class:`Spectrogram` from the flat set of parameters in the config."""
    own = {key: parameters[key] for key in ("n_mels", "amin", "top_db") if key in parameters}
    shared = {key: parameters[key] for key in FrontEnd.__dataclass_fields__ if key in parameters}
    return Spectrogram(FrontEnd(**shared), **own)


def count_frames(length: int, rate: int, front_end: FrontEnd) -> int:
    """Count the frames of a clip of ``length`` samples at ``rate`` Hz."""
    samples = resampled_length(length, rate, front_end.sample_rate)
    return 1 + (samples - front_end.n_fft % 2) // front_end.hop_length if samples else 0


def power_spectrogram(waveform: Waveform, front_end: FrontEnd) -> Frames:
    """Compute the power of the short-time Fourier transform.

    Parameters
    ----------
    waveform : array [n]
        At the front end's sample rate.
    front_end : FrontEnd

    Returns
    -------
    array float32 [1 + n // hop_length, 1 + n_fft // 2]
        Equal to ``np.abs(librosa.stft(...)).T ** 2``. For an odd n_fft, n - 1 replaces n in the shape.
    """
    half = front_end.n_fft // 2
    n_fft, hop = front_end.n_fft, front_end.hop_length
    padded = _continue(waveform, half, front_end.pad_mode)
    n_frames = 1 + (len(padded) - n_fft) // hop
    power = np.empty((n_frames, half + 1), np.float32)
    samples = np.zeros((FRAMES_PER_BLOCK - 1) * hop + n_fft)
    frames = as_strided(samples, (FRAMES_PER_BLOCK, n_fft), (hop * samples.itemsize, samples.itemsize), writeable=False)
    spectrum = np.empty((FRAMES_PER_BLOCK, half + 1), np.complex128)
    for start in range(0, n_frames, FRAMES_PER_BLOCK):
        block = power[start : start + FRAMES_PER_BLOCK]
        part = padded[start * hop :][: len(samples)]
        samples[: len(part)] = part
        hann_power(ducc0.fft.r2c(frames[: len(block)], axes=(1,), out=spectrum[: len(block)]), n_fft, block)
    return power


def _continue(waveform: Waveform, length: int, mode: Any) -> Waveform:
    """Pad as ``np.pad`` does, with zeros in half the time."""
    if mode != "constant":
        return np.pad(waveform, length, mode=mode)
    padded = np.zeros(len(waveform) + 2 * length, np.float32)
    padded[length : length + len(waveform)] = waveform
    return padded


def decibels(power: Frames, amin: float, top_db: float | None) -> Levels:
    """Convert power to decibels re 1, in place.

    Parameters
    ----------
    power : array [n_frames, bins]
        Overwritten with the decibels.
    amin, top_db
        See :class:`Spectrogram`; as in librosa's ``power_to_db``.

    Returns
    -------
    decibels : array [n_frames, bins]
        ``power`` itself.
    energy : array [n_frames]
        Sum over the bins of the power after the floor, ``10 ** (dB / 10)``.
    """
    floor = amin if top_db is None or not power.size else max(amin, float(power.max()) * 10 ** (-top_db / 10))
    energy = np.empty(len(power), np.float32)
    to_decibels(power, np.float32(floor), energy)
    return power, energy


def transform_clip(waveform: Waveform, spectrogram: Spectrogram) -> Levels:
    """Compute one spectrogram of one clip: frames in dB [n_frames, bins] and energy [n_frames]."""
    power = power_spectrogram(normalise(waveform, spectrogram.front_end.normalise), spectrogram.front_end)
    return decibels(bands_of(power, spectrogram), spectrogram.amin, spectrogram.top_db)


def bands_of(power: Frames, spectrogram: Spectrogram, shared: bool = False) -> Frames:
    """Return the power in a spectrogram's bands: for the STFT ``power`` itself, or a copy if it is shared."""
    if spectrogram.n_mels is None:
        return power.copy() if shared else power
    front_end = spectrogram.front_end
    bands = np.empty((len(power), spectrogram.n_mels), np.float32)
    for bins, own, weights in _mel_filters(front_end.sample_rate, front_end.n_fft, spectrogram.n_mels):
        np.matmul(power[:, bins], weights, out=bands[:, own])
    return bands


@cache
def _mel_filters(sample_rate: int, n_fft: int, n_mels: int) -> list[tuple[slice, slice, Frames]]:
    """Return the mel filters in groups of neighbouring bands.

    Less than 1 % of all weights are nonzero. Within a group there are so few zeros that BLAS is faster
    than a sparse product.

    Returns
    -------
    list of (bins, bands, weights)
        Slices of bins and bands, and the weights [bins, bands] between them.
    """
    import librosa

    filters = librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels)
    groups = []
    for start in range(0, n_mels, BANDS_PER_GROUP):
        bands = slice(start, min(start + BANDS_PER_GROUP, n_mels))
        used = np.flatnonzero(filters[bands].any(axis=0))
        bins = slice(used[0], used[-1] + 1) if len(used) else slice(0)
        groups.append((bins, bands, np.ascontiguousarray(filters[bands, bins].T)))
    return groups
