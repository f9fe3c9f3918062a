"""Gathering of few stacks from a large feature store, which is in the page cache, or is not."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from uads.benchmarks.measurement import Measurement, compare, peak_mb, run_in_process, time_alternately
from uads.benchmarks.samples import BINS, SHARD, K, copy_in_order, store_path
from uads.core.seeds import derive_rng
from uads.data.samples import gather_stacks
from uads.data.stores import FrameStore

#: One frame in so many is wanted.
SPARSITIES = (10, 20, 50, 200, 1000)
#: The sparsity whose memory is measured, and whose time is compared with half as large a store.
STATED = 200
SEED = 0
#: State of the store to what a row's name says of it.
PLACES = {"cached": "", "cold": ", from the disk"}


def measure_few_stacks(folder: Path, rounds: int) -> list[Measurement]:
    """Measure the gathering of few stacks.

    Parameters
    ----------
    folder : path
        With the stores of :func:`uads.benchmarks.samples.measure_samples`.
    rounds : int

    Returns
    -------
    list of Measurement
        For each of :data:`SPARSITIES`, from the page cache and from the disk. The baseline indexes the mapped store
        with NumPy; the limit is a copy of as many frames in order.
    """
    full, half = folder / "full", folder / "half"
    n_few = count_stacks(full, STATED)
    peak = run_in_process(gather_few, full, n_few, threads=1)
    of_half = run_in_process(time_ways, half, n_few, rounds, threads=1).value
    measured = []
    for sparsity in SPARSITIES:
        n_stacks = count_stacks(full, sparsity)
        for state, seconds in run_in_process(time_ways, full, n_stacks, rounds, threads=1).value.items():
            ways = f"{seconds['one by one']:.3g} s one by one, {seconds['together']:.3g} s together"
            note = f"{n_stacks:,} stacks of {K} x {BINS}: {ways}; limit: a copy in order"
            if sparsity == STATED:
                note += f"; {of_half[state]['own']:.3g} s from half as many frames; memory before: {peak.value:.0f} MB"
            measured.append(
                compare(
                    f"gather one frame in {sparsity:,}{PLACES[state]}",
                    seconds["own"],
                    seconds["plain"],
                    seconds["copy"],
                    peak.peak_mb if sparsity == STATED else None,
                    note,
                )
            )
    return measured


def count_stacks(folder: str | Path, sparsity: int) -> int:
    """Count the stacks that hold one frame in ``sparsity`` of a folder's store."""
    return max(1, len(FrameStore(store_path(folder)).frames) // sparsity // K)


def gather_few(folder: str, n_stacks: int) -> float:
    """Gather few stacks, and return the peak memory before that."""
    rows = draw_stacks(folder, n_stacks)
    before = peak_mb()
    gather_stacks(rows, {SHARD: store_path(folder)}, K)
    return before


def draw_stacks(folder: str, n_stacks: int) -> pd.DataFrame:
    """Draw some stacks of a folder's store, in the order of its frames."""
    n_frames = len(FrameStore(store_path(folder)).frames)
    rng = derive_rng(SEED, "benchmarks", "few stacks")
    return pd.DataFrame({"shard": SHARD, "frame": np.sort(rng.choice(n_frames - K, n_stacks, replace=False))})


def time_ways(folder: str, n_stacks: int, rounds: int) -> dict[str, dict[str, float]]:
    """Time the ways to gather some stacks, from the page cache and from the disk."""
    store, rows = store_path(folder), draw_stacks(folder, n_stacks)
    gather = partial(gather_stacks, rows, {SHARD: store}, K)
    ways: dict[str, Callable[[], object]] = {
        "own": gather,
        "one by one": partial(gather, scattered_share=1.0),
        "together": partial(gather, scattered_share=0.0),
        "plain": partial(_index_plainly, store, rows),
        "copy": partial(copy_in_order, store, n_stacks * K),
    }
    copy_in_order(store, len(FrameStore(store).frames))
    time_alternately(ways, 1)  # warm-up
    cached = time_alternately(ways, rounds)
    return {"cached": cached, "cold": time_alternately(ways, rounds, before=partial(drop_from_cache, store))}


def drop_from_cache(path: Path) -> None:
    """Remove a file from the page cache (Linux only)."""
    file = os.open(path, os.O_RDONLY)
    os.fsync(file)
    os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(file)


def _index_plainly(store: Path, rows: pd.DataFrame) -> None:
    frames, starts = FrameStore(store).frames, rows["frame"].to_numpy()
    np.asarray(frames[starts[:, None] + np.arange(K)]).reshape(len(rows), -1)
