"""Batches from feature stores: clips of one length, stacks, standardisation, mixup, class weights.

NumPy only, and stateless: a batch is determined by its rows and a random generator.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.errors import UserError
from uads.files import whole
from uads.stores import FrameStore


class ClipFrames:
    """Frames of all clips of several stores, read on access.

    Parameters
    ----------
    stores : sequence of FrameStore
        Shards of one representation.

    Attributes
    ----------
    clips : DataFrame [n]
        Concatenated clip tables of the stores, sorted by clip.
    bins : int
        Values per frame.
    """

    def __init__(self, stores: Sequence[FrameStore]):
        rows = [store.clips.assign(_store=i, _row=range(len(store.clips))) for i, store in enumerate(stores)]
        clips = pd.concat(rows).sort_values("clip", ignore_index=True)
        self._stores = list(stores)
        self._places = clips[["_store", "_row"]].to_numpy()
        self.clips = clips.drop(columns=["_store", "_row"])
        self.bins = self._stores[0].frames.shape[1]

    def __len__(self) -> int:
        return len(self.clips)

    def __getitem__(self, clip: int) -> NDArray[np.float32]:
        """Return the frames [n_frames, bins] of a clip, by its row in ``clips``."""
        number, row = self._places[clip]
        store = self._stores[number]
        return np.asarray(store.frames[store.offsets[row] : store.offsets[row + 1]], np.float32)

    def lengths(self, clips: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the frames of each clip [n], given as rows of ``clips``."""
        offsets = [self._stores[number].offsets[row : row + 2] for number, row in self._places[clips]]
        return np.diff(offsets, axis=1).ravel()

    def joined(self, clips: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the concatenated frames [n_frames, bins] of clips; each clip is read once."""
        offsets = np.cumsum([0, *self.lengths(clips)])
        gathered = np.empty((offsets[-1], self.bins), np.float32)
        for clip, start, stop in zip(clips, offsets[:-1], offsets[1:], strict=True):
            gathered[start:stop] = self[clip]
        return gathered

    def of_length(self, clips: NDArray[np.int64], length: int) -> NDArray[np.float32]:
        """Return clips at one length: short ones are repeated from their start, long ones are cut.

        Parameters
        ----------
        clips : array [n]
            Rows of ``clips``.
        length : int
            Frames.

        Returns
        -------
        array [n, length, bins]

        Raises
        ------
        UserError
            If a clip has no frames.
        """
        gathered = np.empty((len(clips), length, self.bins), np.float32)
        for image, clip in zip(gathered, clips, strict=True):
            frames = self[clip]
            if not len(frames):
                raise UserError(f"clip {self.clips['clip'].iloc[clip]} has no frames: remove it from the study")
            image[:] = frames[:length] if len(frames) >= length else frames[np.arange(length) % len(frames)]
        return gathered


def open_stores(paths: Sequence[str | Path]) -> ClipFrames:
    """Open the feature stores of several shards as one."""
    return ClipFrames([FrameStore(path) for path in paths])


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
        with whole(path) as partial, h5py.File(partial, "w") as file:
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


def stack_starts(lengths: Sequence[int], frames_per_stack: int) -> NDArray[np.int64]:
    """Return the first frame of every stack; stacks never cross clips.

    Parameters
    ----------
    lengths : sequence of int
        Frames of each of the concatenated clips.
    frames_per_stack : int

    Returns
    -------
    array [n_stacks]
        Ascending.
    """
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    starts = [np.arange(a, b - frames_per_stack + 1) for a, b in zip(offsets[:-1], offsets[1:], strict=True)]
    return np.concatenate(starts).astype(np.int64)


def gather_stacks(frames: NDArray[np.float32], starts: NDArray[np.int64], frames_per_stack: int) -> NDArray[np.float32]:
    """Gather stacks [n, frames_per_stack * bins] from ``frames`` [n_frames, bins]."""
    return frames[starts[:, None] + np.arange(frames_per_stack)].reshape(len(starts), -1)


def one_hot(classes: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Return one-hot labels [n, n_classes] of class indices [n]."""
    return np.eye(n_classes, dtype=np.float32)[classes]


def mix(values: NDArray[np.float32], coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mix a batch with its reverse (mixup, Zhang et al. 2018).

    Parameters
    ----------
    values : array [n, ...]
        Inputs or labels.
    coefficients : array [n]
        Weight of the sample itself, 0 .. 1.

    Returns
    -------
    array [n, ...]
        ``coefficient * values + (1 - coefficient) * values[::-1]``, sample by sample.
    """
    share = coefficients.reshape(-1, *[1] * (values.ndim - 1))
    return (share * values + (1 - share) * values[::-1]).astype(values.dtype, copy=False)


def balanced_weights(classes: NDArray[np.int64], n_classes: int) -> NDArray[np.float32]:
    """Return the weight of each class, n / (n_classes * count), so that all classes weigh the same."""
    counts = np.bincount(classes, minlength=n_classes)
    return (len(classes) / (n_classes * np.maximum(counts, 1))).astype(np.float32)
