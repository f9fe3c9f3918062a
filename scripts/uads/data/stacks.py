"""Stacks: k consecutive frames of one clip, indexed by energy without copying a frame.

Layout of a stack index::

    first_frame  int64   [n]          row of the feature store where the stack starts
    energy       float32 [n]          sum of the energy of its frames
    offsets      int64   [n_splits+1] dataset split i owns offsets[i] .. offsets[i+1], by ascending energy
    splits/      one dataset per split key (corpus, machine, section, domain, split)
    attributes: k, energy
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import h5py
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uads.core.files import atomic_path
from uads.data.clips import SPLIT_KEYS
from uads.data.stores import FrameStore, map_dataset, write_columns

EnergyOf = Literal["stack", "first_frame"]
#: Values of SPLIT_KEYS for one dataset split.
Split = tuple[str, ...]


def stack_energy(energy: NDArray[np.float32], k: int, of: EnergyOf = "stack") -> NDArray[np.float32]:
    """Sum the energy over each stack of k frames.

    Parameters
    ----------
    energy : array [n_frames]
        Energy of the frames of one clip.
    k : int
        Frames per stack.
    of : {"stack", "first_frame"}
        Sum over all k frames, or (as in the published scripts) only the first frame.

    Returns
    -------
    array [max(0, n_frames - k + 1)]
    """
    if len(energy) < k:
        return np.empty(0, np.float32)
    if of == "first_frame":
        return energy[: len(energy) - k + 1].copy()
    return sliding_window_view(energy, k).sum(axis=1, dtype=np.float64).astype(np.float32)


def sort_stacks(store: FrameStore, k: int, output: str | Path, of: EnergyOf = "stack") -> None:
    """Write an index of all stacks of a store, sorted by ascending energy within each dataset split.

    Parameters
    ----------
    store : FrameStore
    k : int
        Frames per stack. A clip with fewer frames contributes none.
    output : path
        The HDF5 file to write.
    of : {"stack", "first_frame"}
        See :func:`stack_energy`.

    Notes
    -----
    Memory grows with the largest dataset split of the store, by about 40 bytes per frame.
    """
    members: dict[Split, list[int]] = {}
    for clip, split in enumerate(zip(*(store.column(key) for key in SPLIT_KEYS), strict=True)):
        members.setdefault(split, []).append(clip)
    splits = sorted(members)
    counts = np.maximum(np.diff(store.offsets) - k + 1, 0)
    offsets = np.cumsum([0, *(counts[members[split]].sum() for split in splits)])
    with atomic_path(output) as partial, h5py.File(partial, "w") as file:
        first_frame = file.create_dataset("first_frame", (offsets[-1],), np.int64)
        energy = file.create_dataset("energy", (offsets[-1],), np.float32)
        for split, start, stop in zip(splits, offsets[:-1], offsets[1:], strict=True):
            first_frame[start:stop], energy[start:stop] = _by_energy(store, members[split], k, of)
        file["offsets"] = offsets
        write_columns(file.create_group("splits"), dict(zip(SPLIT_KEYS, zip(*splits, strict=True), strict=True)))
        file.attrs.update(k=k, energy=of)


def _by_energy(
    store: FrameStore, clips: Sequence[int], k: int, of: EnergyOf
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Sort the stacks of some clips by ascending energy, ties by first frame."""
    bounds = [(store.offsets[clip], store.offsets[clip + 1]) for clip in clips]
    energy = np.concatenate([stack_energy(store.energy[start:stop], k, of) for start, stop in bounds])
    # Non-negative floats sort like their bits, so energy and frame are packed into one sortable integer.
    keys = energy.view(np.uint32).astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.concatenate([np.arange(start, max(start, stop - k + 1), dtype=np.uint64) for start, stop in bounds])
    keys.sort()
    energy[:] = (keys >> np.uint64(32)).astype(np.uint32).view(np.float32)
    keys &= np.uint64(0xFFFFFFFF)
    return keys.view(np.int64), energy


def read_stacks(path: str | Path) -> list[tuple[Split, NDArray[np.int64], NDArray[np.float32]]]:
    """Return keys, first frames and energies of each dataset split of a stack index, memory-mapped."""
    with h5py.File(path, "r") as file:
        splits = zip(*(file["splits"][key].asstr()[:] for key in SPLIT_KEYS), strict=True)
        bounds = file["offsets"][:]
        first_frame, energy = map_dataset(path, file["first_frame"]), map_dataset(path, file["energy"])
    return [
        (split, first_frame[start:stop], energy[start:stop])
        for split, start, stop in zip(splits, bounds[:-1], bounds[1:], strict=True)
    ]
