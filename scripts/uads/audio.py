"""Reading clips: any format and rate in, one channel of float32 at the study's rate out."""

from math import ceil
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from uads.errors import UserError

Waveform = NDArray[np.float32]


def read_clip(path: str | Path, sample_rate: int = 16000, seconds: float | None = None) -> Waveform:
    """Read a clip as mono at a given rate.

    Parameters
    ----------
    path : path
        Any file that libsndfile reads. Channels are averaged.
    sample_rate : int, default 16000
        In Hz. Other rates are resampled by soxr at high quality.
    seconds : float, optional
        How much to read from the start; all by default.

    Raises
    ------
    UserError
        If the file is missing, unreadable, shorter than its header says, or holds a number that is
        not finite.
    """
    try:
        with soundfile.SoundFile(path) as file:
            wanted = file.frames if seconds is None else min(file.frames, ceil(seconds * file.samplerate))
            channels = file.read(wanted, dtype="float32", always_2d=True)
            rate = file.samplerate
    except soundfile.LibsndfileError as error:
        raise UserError(f"cannot read {path}: {error.error_string} Replace the file or take it out.") from error
    if len(channels) < wanted:
        raise UserError(f"{path} ends after {len(channels)} of {wanted} samples. Replace the file or take it out.")
    waveform = channels.mean(axis=1)
    if not np.isfinite(waveform).all():
        raise UserError(f"{path} holds numbers that are not finite. Replace the file or take it out.")
    return resample(waveform, rate, sample_rate)


def resample(waveform: Waveform, rate: int, target: int) -> Waveform:
    """Resample to exactly :func:`resampled_length` samples, padding or cutting the last ones."""
    if rate == target:
        return waveform
    length = resampled_length(len(waveform), rate, target)
    resampled = soxr.resample(waveform, rate, target, quality="HQ")[:length]
    return np.pad(resampled, (0, length - len(resampled)))


def resampled_length(length: int, rate: int, target: int) -> int:
    """Count the samples that ``length`` samples at ``rate`` Hz become at ``target`` Hz (as librosa does)."""
    return ceil(length * target / rate)


def normalise(waveform: Waveform, how: str = "absmax") -> Waveform:
    """Remove the mean and scale a clip.

    Parameters
    ----------
    waveform : array [n]
    how : {"absmax", "std", "none"}
        What to divide by, after the mean is removed: the absolute maximum or the standard deviation.
        ``"none"`` leaves the clip as it is. A silent clip is returned unscaled.
    """
    if how == "none" or not len(waveform):
        return waveform
    centred = waveform - waveform.mean(dtype=np.float64).astype(np.float32)
    scale = np.abs(centred).max() if how == "absmax" else centred.std(dtype=np.float64)
    return centred / np.float32(scale) if scale > 0 else centred
