"""Plain implementation as in the published scripts: the baseline of the benchmarks.

Each representation reads each clip again, frames are appended to a (bins x frames) dataset in small
compressed chunks, and random stacks are read by lists of indices.
"""

from collections.abc import Sequence
from pathlib import Path

import h5py
import librosa
import numpy as np
from numpy.typing import NDArray

FRAMES_PER_CHUNK = 20


def extract_plainly(paths: Sequence[str | Path], folder: Path) -> None:
    """Write log-STFT and log-mel spectrograms of clips, one after the other, with librosa."""
    for name, spectrogram in {"stft": _stft, "mel": _mel}.items():
        with h5py.File(folder / f"{name}.h5", "w") as file:
            for path in paths:
                waveform, _ = librosa.load(path, sr=16000)
                waveform = waveform - waveform.mean()
                append_plainly(file, librosa.power_to_db(spectrogram(waveform / np.abs(waveform).max())))


def _stft(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.abs(librosa.stft(waveform, n_fft=1024, hop_length=512)) ** 2


def _mel(waveform: NDArray[np.float32]) -> NDArray[np.float32]:
    return librosa.feature.melspectrogram(y=waveform, sr=16000, n_fft=1024, hop_length=512, n_mels=128)


def append_plainly(file: h5py.File, columns: NDArray[np.float32]) -> None:
    """Append columns [bins, n] to the dataset of a file, which is created if it does not exist."""
    bins = len(columns)
    if "data" not in file:
        chunks = (bins, FRAMES_PER_CHUNK)
        file.create_dataset("data", (bins, 0), "float32", maxshape=(bins, None), chunks=chunks, compression="lzf")
    data = file["data"]
    data.resize(data.shape[1] + columns.shape[1], axis=1)
    data[:, -columns.shape[1] :] = columns


def fetch_plainly(path: Path, columns: NDArray[np.int64]) -> NDArray[np.float32]:
    """Read columns by a list of their indices, in ascending order."""
    with h5py.File(path, "r") as file:
        return file["data"][:, columns.tolist()]
