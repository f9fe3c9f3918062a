"""Reading of stacks that lie far apart in a store, one by one: the time grows with the stacks, not with the store.

The store is read, not mapped: of a mapped file, the system fetches what surrounds a page, too.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.data.kernels import widen_stacks
from uads.data.stores import FrameStore

#: Whether the system takes advice on what will be read; macOS does not.
ADVISES = hasattr(os, "posix_fadvise")

#: Stacks that the system is asked to fetch at a time.
STACKS_AHEAD = 512


def read_scattered(
    store: FrameStore, frame: NDArray[np.int64], k: int, gathered: NDArray[np.float32], rows: NDArray[np.int64]
) -> None:
    """Read stacks of k frames into rows of a matrix.

    Parameters
    ----------
    store : FrameStore
        One whose frames are contiguous in the file.
    frame : array [n_rows]
        The first frame of each stack.
    k : int
        Frames per stack.
    gathered : array [n_rows, k * bins]
        These rows are filled in place.
    rows : array [n]
        Rows to read, best by ascending frame.

    Raises
    ------
    UserError
        If the store ends before a stack.
    """
    starts = store.frames.offset + frame[rows] * store.frames.strides[0]
    length = k * store.frames.strides[0]
    with _opened(store) as file:
        for first in range(0, len(rows), STACKS_AHEAD):
            batch = slice(first, first + STACKS_AHEAD)
            offsets = starts[batch].tolist()
            if ADVISES:
                for offset in offsets:
                    os.posix_fadvise(file, offset, length, os.POSIX_FADV_WILLNEED)
            _read(file, store, offsets, k, gathered, rows[batch])


@contextmanager
def _opened(store: FrameStore) -> Iterator[int]:
    """Open a store without read-ahead."""
    file = os.open(store.path, os.O_RDONLY)
    try:
        if ADVISES:
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_RANDOM)
        yield file
    finally:
        os.close(file)


def _read(
    file: int, store: FrameStore, offsets: list[int], k: int, gathered: NDArray[np.float32], rows: NDArray[np.int64]
) -> None:
    if store.frames.dtype == np.float32:
        _fill(file, store, offsets, [gathered[row] for row in rows])
        return
    halves = np.empty((len(rows), k * store.frames.shape[1]), np.float16)
    _fill(file, store, offsets, list(halves))
    frames = halves.view(np.uint16).reshape(len(rows) * k, -1)
    widen_stacks(frames, np.arange(len(rows)) * k, k, rows, gathered)


def _fill(file: int, store: FrameStore, offsets: list[int], targets: list[NDArray[np.floating]]) -> None:
    for offset, target in zip(offsets, targets, strict=True):
        if os.preadv(file, [target.data], offset) != target.nbytes:
            raise UserError(f"{store.path} is not a complete feature store: delete it and run again")
