"""Log-mel images cut from clips."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from uads.learning.clip_frames import ClipFrames, gather_stacks


@dataclass(frozen=True)
class Images:
    """Images of several clips, gathered on access.

    Attributes
    ----------
    frames : array [n_frames, bins]
        Concatenated frames of all clips.
    starts : array [n_images]
        First frame of each image.
    owner : array [n_images]
        Clip of each image, counted from 0.
    length : int
        Frames per image.
    """

    frames: NDArray[np.float32]
    starts: NDArray[np.int64]
    owner: NDArray[np.int64]
    length: int

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Gather images [n, length, bins]."""
        return gather_stacks(self.frames, self.starts[rows], self.length).reshape(len(rows), self.length, -1)


def cut_images(frames: ClipFrames, clips: NDArray[np.int64], length: int, hops: NDArray[np.int64]) -> Images:
    """Cut clips into overlapping images; a clip shorter than an image is repeated from its start.

    Parameters
    ----------
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``.
    length : int
        Frames per image.
    hops : array [n]
        Frames from one image to the next, per clip.
    """
    read = (frames[clip] for clip in clips)
    whole = [np.resize(own, (max(length, len(own)), frames.bins)) for own in read]
    offsets = np.cumsum([0, *map(len, whole)])
    starts = [
        np.arange(first, after - length + 1, hop)
        for first, after, hop in zip(offsets[:-1], offsets[1:], hops, strict=True)
    ]
    owner = np.repeat(np.arange(len(clips)), [len(own) for own in starts])
    return Images(np.concatenate(whole), np.concatenate(starts), owner, length)
