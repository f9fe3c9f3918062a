"""The frames of clips, read from feature stores when they are used."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.data.stores import FrameStore


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
