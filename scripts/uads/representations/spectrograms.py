"""Logarithmic STFT and mel spectrograms, several from one pass over the audio.

The definitions are librosa's (``stft``, ``filters.mel``, ``power_to_db``), frame-major from the start.
The transform runs in double precision, as librosa's does: in single precision its rounding would be
2e-3 dB in bins 80 dB below the loudest. The study's parameters are those of Fernandez and Plumbley
(2021), section 4.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import scipy.fft
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uads.audio import MIXED, Intake, Size, Waveform, normalise, read_clip, resampled_length
from uads.clips import select_clips
from uads.files import versions
from uads.progress import track
from uads.stores import FrameWriter, create_store

Frames = NDArray[np.float32]


@dataclass(frozen=True)
class FrontEnd:
    """What representations must have in common to share one Fourier transform.

    Parameters
    ----------
    sample_rate : int, default 16000
        In Hz; clips at other rates are resampled.
    normalise : {"absmax", "std", "none"}
        See :func:`uads.audio.normalise`.
    n_fft, hop_length : int, default 1024 and 512
        Window (Hann) and hop, in samples.
    pad_mode : {"constant", "reflect"}
        How the clip is continued by half a window on either side.
    """

    sample_rate: int = 16000
    normalise: str = "absmax"
    n_fft: int = 1024
    hop_length: int = 512
    pad_mode: str = "constant"


@dataclass(frozen=True)
class Spectrogram:
    """One logarithmic spectrogram.

    Parameters
    ----------
    front_end : FrontEnd
    n_mels : int, optional
        Mel bands (Slaney's scale and norm, 0 Hz to half the sample rate); none for the STFT's own bins.
    amin : float, default 1e-10
        The smallest power.
    top_db : float, optional
        The floor, in dB below the clip's own maximum; no floor by default.
    """

    front_end: FrontEnd = FrontEnd()
    n_mels: int | None = None
    amin: float = 1e-10
    top_db: float | None = None

    @property
    def bins(self) -> int:
        """Numbers per frame."""
        return self.n_mels or self.front_end.n_fft // 2 + 1


def spectrogram_from(parameters: Mapping[str, Any]) -> Spectrogram:
    """Make a :class:`Spectrogram` from a flat set of parameters, as it stands in the config."""
    own = {key: parameters[key] for key in ("n_mels", "amin", "top_db") if key in parameters}
    shared = {key: parameters[key] for key in FrontEnd.__dataclass_fields__ if key in parameters}
    return Spectrogram(FrontEnd(**shared), **own)


def count_frames(length: int, rate: int, front_end: FrontEnd) -> int:
    """Count the frames of a clip of ``length`` samples at ``rate`` Hz."""
    samples = resampled_length(length, rate, front_end.sample_rate)
    return 1 + samples // front_end.hop_length if samples else 0


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
        Equal to ``np.abs(librosa.stft(...)).T ** 2``.
    """
    half = front_end.n_fft // 2
    mode: Any = front_end.pad_mode
    padded = np.pad(waveform, half, mode=mode)
    windows = sliding_window_view(padded, front_end.n_fft)[:: front_end.hop_length]
    spectrum = scipy.fft.rfft(windows * _hann(front_end.n_fft), axis=1)
    return (np.square(spectrum.real) + np.square(spectrum.imag)).astype(np.float32)


def decibels(power: Frames, amin: float, top_db: float | None) -> tuple[Frames, NDArray[np.float32]]:
    """Turn power into decibels re 1, in place.

    Parameters
    ----------
    power : array [n_frames, bins]
        Overwritten.
    amin, top_db
        See :class:`Spectrogram`; together librosa's ``power_to_db``.

    Returns
    -------
    decibels : array [n_frames, bins]
    energy : array [n_frames]
        Sum over the bins of the power that the decibels stand for, ``10 ** (dB / 10)``.
    """
    floor = amin if top_db is None or not power.size else max(amin, float(power.max()) * 10 ** (-top_db / 10))
    np.maximum(power, np.float32(floor), out=power)
    energy = power.sum(axis=1)
    np.log10(power, out=power)
    power *= 10
    return power, energy


def transform_clip(waveform: Waveform, spectrogram: Spectrogram) -> tuple[Frames, NDArray[np.float32]]:
    """Compute one spectrogram of one clip: frames in dB [n_frames, bins] and energy [n_frames]."""
    power = power_spectrogram(normalise(waveform, spectrogram.front_end.normalise), spectrogram.front_end)
    return decibels(_bands(power, spectrogram), spectrogram.amin, spectrogram.top_db)


def extract_spectrograms(
    clips: pd.DataFrame,
    outputs: Mapping[str, str | Path],
    parameters: Mapping[str, Mapping[str, Any]],
    intake: Intake = MIXED,
) -> None:
    """Extract one or more spectrograms of the same shard, reading each clip once.

    Representations that share a front end share its Fourier transform, too.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table, of one shard.
    outputs : mapping
        Representation to the feature store that is written.
    parameters : mapping
        Representation to its parameters: see :class:`FrontEnd`, :class:`Spectrogram` and
        :func:`uads.clips.select_clips`.
    intake : Intake
        How clips are read.

    Raises
    ------
    UserError
        If a clip cannot be read or has changed since it was indexed.
    """
    jobs = {name: _Job(spectrogram_from(parameters[name]), select_clips(clips, parameters[name])) for name in outputs}
    with ExitStack() as stack:
        for name, job in jobs.items():
            job.writer = stack.enter_context(job.create_store(name, outputs[name], intake))
        union = clips[clips["clip"].isin(set().union(*(job.wanted for job in jobs.values())))]
        files = zip(union["clip"], union["path"], union["length"], union["sample_rate"], strict=True)
        for clip, path, length, rate in track(files, len(union), "clips"):
            read = partial(read_clip, path, intake=intake, listed=Size(length, rate))
            _extract_clip(read, [job for job in jobs.values() if clip in job.wanted])


class _Job:
    """One representation of one shard while it is extracted."""

    writer: FrameWriter

    def __init__(self, spectrogram: Spectrogram, clips: pd.DataFrame):
        self.spectrogram = spectrogram
        self.clips = clips
        sizes = zip(clips["length"], clips["sample_rate"], strict=True)
        self.wanted = dict(
            zip(clips["clip"], (count_frames(*size, spectrogram.front_end) for size in sizes), strict=True)
        )

    def create_store(self, name: str, path: str | Path, intake: Intake) -> AbstractContextManager[FrameWriter]:
        attributes = {
            "representation": name,
            "parameters": asdict(self.spectrogram),
            "audio": asdict(intake),
            "seconds_per_frame": self.spectrogram.front_end.hop_length / self.spectrogram.front_end.sample_rate,
            "versions": versions("numpy", "scipy", "librosa", "soundfile", "soxr"),
        }
        return create_store(path, self.clips, sum(self.wanted.values()), self.spectrogram.bins, attributes)


def _extract_clip(read: Callable[[int], Waveform], jobs: list[_Job]) -> None:
    """Append one clip to every store; the STFT itself comes last because its decibels overwrite the power."""
    waveforms: dict[int, Waveform] = {}
    powers: dict[FrontEnd, Frames] = {}
    for job in sorted(jobs, key=lambda job: job.spectrogram.n_mels is None):
        front_end = job.spectrogram.front_end
        if front_end not in powers:
            if front_end.sample_rate not in waveforms:
                waveforms[front_end.sample_rate] = read(front_end.sample_rate)
            waveform = normalise(waveforms[front_end.sample_rate], front_end.normalise)
            powers[front_end] = power_spectrogram(waveform, front_end)
        power = _bands(powers[front_end], job.spectrogram)
        job.writer.append(*decibels(power, job.spectrogram.amin, job.spectrogram.top_db))


def _bands(power: Frames, spectrogram: Spectrogram) -> Frames:
    if spectrogram.n_mels is None:
        return power
    front_end = spectrogram.front_end
    return power @ _mel_filters(front_end.sample_rate, front_end.n_fft, spectrogram.n_mels)


@cache
def _hann(n_fft: int) -> NDArray[np.float64]:
    return scipy.signal.get_window("hann", n_fft)


@cache
def _mel_filters(sample_rate: int, n_fft: int, n_mels: int) -> NDArray[np.float32]:
    import librosa

    return np.ascontiguousarray(librosa.filters.mel(sr=sample_rate, n_fft=n_fft, n_mels=n_mels).T)
