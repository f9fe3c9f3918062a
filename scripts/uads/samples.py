"""Samples: a seeded random subset of the stacks, as rows that can be traced back to the audio."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from uads.errors import UserError
from uads.seeds import derive_rng
from uads.stacks import read_stacks
from uads.stores import FrameStore

#: What each sample inherits from its clip.
PROVENANCE = ["clip", "path", "corpus", "machine", "section", "domain", "split", "label", "attributes"]


def draw(n_stacks: int, wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw positions without replacement, at most what there is, in ascending order."""
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
        Shard to its feature store and to its stack index.
    counts : mapping
        Samples per dataset split: ``train``, ``test`` and, for an external corpus as a whole,
        ``external``. A split that has fewer gives all it has.
    seed : int
        The study's seed.
    names : tuple
        What tells this subset from others; with the split's own keys it seeds the draw.

    Returns
    -------
    DataFrame
        One row per sample: shard, frame (row of the store), clip_frame (frame within the clip), time
        (seconds into the clip), energy and :data:`PROVENANCE`; sorted by shard and frame.
    """
    drawn = []
    available = _available(stacks)
    for keys, parts in available.items():
        energy = np.concatenate([energy for _, _, energy in parts])
        frame = np.concatenate([frames for _, frames, _ in parts])
        shard = np.repeat([shard for shard, _, _ in parts], [len(frames) for _, frames, _ in parts])
        chosen = draw(len(frame), counts[keys[-1]], derive_rng(seed, *names, *keys))
        drawn.append(pd.DataFrame({"shard": shard[chosen], "frame": frame[chosen], "energy": energy[chosen]}))
    rows = pd.concat(drawn).sort_values(["shard", "frame"], ignore_index=True)
    traced = [_trace(rows, FrameStore(stores[str(shard)])) for shard, rows in rows.groupby("shard")]
    if not traced:
        raise UserError("no shard has a clip with enough frames for a stack")
    return pd.concat(traced, ignore_index=True)


def gather_stacks(rows: pd.DataFrame, stores: Mapping[str, str | Path], k: int) -> NDArray[np.float32]:
    """Gather samples as a dense matrix.

    Parameters
    ----------
    rows : DataFrame
        As :func:`sample_stacks` returned them.
    stores : mapping
        Shard to its feature store.
    k : int
        Frames per stack.

    Returns
    -------
    array float32 [n, k * bins]
        Row i is the stack of row i, frame after frame.
    """
    parts = []
    for shard, members in rows.groupby("shard", sort=False):
        frames = FrameStore(stores[str(shard)]).frames
        windows = sliding_window_view(frames, (k, frames.shape[1]))[:, 0]
        parts.append(windows[members["frame"].to_numpy()].reshape(len(members), -1))
    return np.concatenate(parts)


def _available(
    stacks: Mapping[str, str | Path],
) -> dict[tuple[str, ...], list[tuple[str, NDArray[np.int64], NDArray[np.float32]]]]:
    """Collect by dataset split what the shards hold; an external corpus may lie in several shards."""
    available: dict[tuple[str, ...], list] = {}
    for shard in sorted(stacks):
        for split, frames, energy in read_stacks(stacks[shard]):
            available.setdefault(split, []).append((shard, frames, energy))
    return dict(sorted(available.items()))


def _trace(rows: pd.DataFrame, store: FrameStore) -> pd.DataFrame:
    frame = rows["frame"].to_numpy()
    clip = np.searchsorted(store.offsets, frame, side="right") - 1
    clip_frame = frame - store.offsets[clip]
    traced = rows.assign(clip_frame=clip_frame, time=clip_frame * store.attributes["seconds_per_frame"])
    provenance = store.clips[PROVENANCE].iloc[clip].reset_index(drop=True)
    return pd.concat([traced.reset_index(drop=True), provenance], axis=1)
