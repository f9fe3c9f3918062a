"""Stacks: k consecutive frames of one clip, indexed by energy without copying a frame.

Layout of a stack index::

    first_frame  int64   [n]          row of the feature store where the stack starts
    energy       float32 [n]          sum of the energy of its frames
    offsets      int64   [n_splits+1] dataset split i owns offsets[i] .. offsets[i+1], by ascending energy
    splits/      one dataset per split key (corpus, machine, section, domain, split)
    attributes: k, energy
"""

from pathlib import Path
from typing import Literal

import h5py
import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uads.clips import SPLIT_KEYS
from uads.files import whole
from uads.stores import FrameStore, read_columns, write_columns

EnergyOf = Literal["stack", "first_frame"]


def stack_energy(energy: NDArray[np.float32], k: int, of: EnergyOf = "stack") -> NDArray[np.float32]:
    """Sum the energy over each stack of k frames.

    Parameters
    ----------
    energy : array [n_frames]
        Energy of the frames of one clip.
    k : int
    of : {"stack", "first_frame"}
        All k frames, or (as in the published scripts) only the first one.

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
    """Index every stack of a store, sorted by ascending energy within each dataset split.

    Parameters
    ----------
    store : FrameStore
    k : int
        Frames per stack. A clip with fewer frames contributes none.
    output : path
        The HDF5 file that is written.
    of : {"stack", "first_frame"}
        See :func:`stack_energy`.
    """
    per_clip = [
        stack_energy(store.energy[start:stop], k, of)
        for start, stop in zip(store.offsets[:-1], store.offsets[1:], strict=True)
    ]
    first_frames, energies, offsets = [], [], [0]
    groups = store.clips.groupby(SPLIT_KEYS, sort=True).indices
    for members in groups.values():
        starts = [store.offsets[clip] + np.arange(len(per_clip[clip])) for clip in members]
        energy = np.concatenate([per_clip[clip] for clip in members])
        order = np.argsort(energy, kind="stable")
        first_frames.append(np.concatenate(starts)[order])
        energies.append(energy[order])
        offsets.append(offsets[-1] + len(order))
    with whole(output) as partial, h5py.File(partial, "w") as file:
        file["first_frame"] = np.concatenate(first_frames)
        file["energy"] = np.concatenate(energies)
        file["offsets"] = np.array(offsets, np.int64)
        write_columns(file.create_group("splits"), pd.DataFrame(list(groups), columns=SPLIT_KEYS))
        file.attrs.update(k=k, energy=of)


def read_stacks(path: str | Path) -> list[tuple[tuple[str, ...], NDArray[np.int64], NDArray[np.float32]]]:
    """Read a stack index: for each dataset split its keys (as in SPLIT_KEYS), first frames and energies."""
    with h5py.File(path, "r") as file:
        splits = read_columns(file["splits"])[SPLIT_KEYS].itertuples(index=False)
        bounds = file["offsets"][:]
        first_frame, energy = file["first_frame"][:], file["energy"][:]
    return [
        (tuple(split), first_frame[start:stop], energy[start:stop])
        for split, start, stop in zip(splits, bounds[:-1], bounds[1:], strict=True)
    ]
