"""Samples: a seeded random subset of the stacks, as rows that can be traced back to the audio."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.seeds import derive_rng
from uads.core.threads import map_in_order
from uads.data.kernels import copy_stacks, widen_stacks
from uads.data.scattered import read_scattered
from uads.data.stacks import read_stacks
from uads.data.stores import FRAMES_PER_CHUNK, FrameStore

#: Bytes of a store that are mapped into memory at a time.
WINDOW_BYTES = 16 * 2**20

#: Share of the frames of a store below which stacks are read one by one: see docs/benchmarks.md.
SCATTERED_SHARE = 1 / 50

#: Columns that each sample inherits from its clip.
PROVENANCE = ["clip", "path", "corpus", "machine", "section", "domain", "split", "label", "attributes"]


def draw(n_stacks: int, wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw positions without replacement, all if there are fewer than ``wanted``, in ascending order."""
    if wanted >= n_stacks:
        return np.arange(n_stacks)
    return np.sort(rng.choice(n_stacks, wanted, replace=False))


def sample_stacks(
    stores: Mapping[str, str | Path],
    stacks: Mapping[str, str | Path],
    counts: Mapping[str, int],
    seed: int,
    names: tuple[object, ...],
) -> pd.DataFrame:
    """Sample every dataset split of some shards.

    Parameters
    ----------
    stores, stacks : mapping
        Shard to its feature store, and shard to its stack index.
    counts : mapping
        Samples per dataset split: ``train``, ``test`` and, for an entire external corpus, ``external``.
        A split with fewer stacks contributes all of them.
    seed : int
        The study's seed.
    names : tuple
        Names that distinguish this subset from others; with the keys of a split they seed its draw.

    Returns
    -------
    DataFrame
        One row per sample: shard, frame (row of the store), clip_frame (frame within the clip), time
        (seconds into the clip), energy and :data:`PROVENANCE`; sorted by shard and frame.
    """
    drawn: dict[str, list[tuple[NDArray[np.int64], NDArray[np.float32]]]] = {}
    for keys, parts in _available(stacks).items():
        bounds = np.cumsum([0, *(len(frames) for _, frames, _ in parts)])
        chosen = draw(int(bounds[-1]), counts[keys[-1]], derive_rng(seed, *names, *keys))
        for (shard, frames, energy), start, stop in zip(parts, bounds[:-1], bounds[1:], strict=True):
            own = chosen[slice(*np.searchsorted(chosen, (start, stop)))] - start
            if len(own):
                drawn.setdefault(shard, []).append((frames[own], energy[own]))
    if not drawn:
        raise UserError("no shard has a clip with enough frames for a stack")
    traced = [_trace(shard, drawn[shard], FrameStore(stores[shard])) for shard in sorted(drawn)]
    return pd.concat(traced, ignore_index=True)


def gather_stacks(
    rows: pd.DataFrame,
    stores: Mapping[str, str | Path],
    k: int,
    threads: int = 1,
    scattered_share: float = SCATTERED_SHARE,
) -> NDArray[np.float32]:
    """Gather samples as a dense matrix.

    Parameters
    ----------
    rows : DataFrame
        As returned by :func:`sample_stacks`.
    stores : mapping
        Shard to its feature store.
    k : int
        Frames per stack.
    threads : int, default 1
        Parts of a store that are read concurrently.
    scattered_share : float, default SCATTERED_SHARE
        Where a smaller share of a store's frames is wanted, its stacks are read one by one, not with what lies between
        them (:mod:`uads.data.scattered`).

    Returns
    -------
    array float32 [n, k * bins]
        Row i holds the concatenated frames of the stack in row i.

    Notes
    -----
    Frames are read in ascending order. Memory is that of the result plus WINDOW_BYTES.
    """
    frame = rows["frame"].to_numpy()
    members = {str(name): np.asarray(own) for name, own in rows.groupby("shard", sort=False).indices.items()}
    opened = {name: FrameStore(stores[name]) for name in members}
    bins = next(iter(opened.values())).frames.shape[1]
    gathered = np.empty((len(rows), k * bins), np.float32)
    frames_per_window = max(1, WINDOW_BYTES // threads // (4 * bins))
    for name, store in opened.items():
        own = members[name]
        ascending = own[np.argsort(frame[own], kind="stable")]
        scattered = len(own) * k < scattered_share * len(store.frames)
        if scattered and store.is_mapped:
            copy, parts = read_scattered, np.array_split(ascending, threads)
        else:
            copy, parts = _copy_stacks, _split(ascending, frame, FRAMES_PER_CHUNK if scattered else frames_per_window)
        for _ in map_in_order(partial(copy, store, frame, k, gathered), parts, threads):
            pass
    return gathered


def _split(rows: NDArray[np.int64], frame: NDArray[np.int64], n_frames: int) -> list[NDArray[np.int64]]:
    """Split rows, sorted by frame, into those of each ``n_frames`` of a store."""
    return np.split(rows, np.flatnonzero(np.diff(frame[rows] // n_frames)) + 1)


def _copy_stacks(
    store: FrameStore, frame: NDArray[np.int64], k: int, gathered: NDArray[np.float32], rows: NDArray[np.int64]
) -> None:
    """Copy the stacks of some rows, sorted by frame, from a store to a matrix: one read from the first to the last."""
    first, last = frame[rows[0]], frame[rows[-1]]
    frames, starts = np.asarray(store.read(first, last + k)), frame[rows] - first
    if frames.dtype == np.float16:
        widen_stacks(frames.view(np.uint16), starts, k, rows, gathered)
    else:
        copy_stacks(frames, starts, k, rows, gathered)


def _available(
    stacks: Mapping[str, str | Path],
) -> dict[tuple[str, ...], list[tuple[str, NDArray[np.int64], NDArray[np.float32]]]]:
    """Collect the stacks of all shards by dataset split; an external corpus may have several shards."""
    available: dict[tuple[str, ...], list] = {}
    for shard in sorted(stacks):
        for split, frames, energy in read_stacks(stacks[shard]):
            available.setdefault(split, []).append((shard, frames, energy))
    return dict(sorted(available.items()))


def _trace(shard: str, drawn: list[tuple[NDArray[np.int64], NDArray[np.float32]]], store: FrameStore) -> pd.DataFrame:
    """Return the origin of each stack of a shard, sorted by frame."""
    frame, energy = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    ascending = np.argsort(frame)
    frame, energy = frame[ascending], energy[ascending]
    clip = np.searchsorted(store.offsets, frame, side="right") - 1
    clip_frame = frame - store.offsets[clip]
    traced = pd.DataFrame(
        {
            "shard": shard,
            "frame": frame,
            "energy": energy,
            "clip_frame": clip_frame,
            "time": clip_frame * store.attributes["seconds_per_frame"],
        }
    )
    return traced.assign(**{name: store.column(name)[clip] for name in PROVENANCE})
