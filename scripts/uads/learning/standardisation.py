"""Standardisation per band."""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from uads.core.files import atomic_path
from uads.learning.clip_frames import ClipFrames


@dataclass(frozen=True)
class Standardisation:
    """Mean and standard deviation per band, arrays [bins] of float32."""

    mean: NDArray[np.float32]
    std: NDArray[np.float32]

    def __call__(self, frames: NDArray[np.float32]) -> NDArray[np.float32]:
        """Standardise an array whose last axis is the bands."""
        return (frames - self.mean) / self.std

    def write(self, path: str | Path) -> None:
        """Write both arrays as HDF5."""
        with atomic_path(path) as partial, h5py.File(partial, "w") as file:
            file["mean"], file["std"] = self.mean, self.std

    @classmethod
    def read(cls, path: str | Path) -> "Standardisation":
        """Read arrays written by :meth:`write`."""
        with h5py.File(path, "r") as file:
            return cls(file["mean"][:], file["std"][:])


def fit_standardisation(frames: ClipFrames) -> Standardisation:
    """Compute mean and standard deviation per band over all frames of all clips; a constant band gets std 1."""
    count, total, squares = 0, np.zeros(frames.bins), np.zeros(frames.bins)
    for i in range(len(frames)):
        clip = np.asarray(frames[i], np.float64)
        count += len(clip)
        total += clip.sum(axis=0)
        squares += np.square(clip).sum(axis=0)
    mean = total / count
    std = np.sqrt(np.maximum(squares / count - np.square(mean), 0))
    std[std < 1e-6] = 1
    return Standardisation(mean.astype(np.float32), std.astype(np.float32))
