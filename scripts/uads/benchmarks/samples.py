"""Sorting, sampling and gathering stacks from a feature store of millions of frames."""

from functools import partial
from pathlib import Path
from time import perf_counter

import h5py
import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from uads.benchmarks.measurement import Measurement, Outcome, compare, peak_mb, run_in_process, time_alternately
from uads.benchmarks.published import append_plainly, fetch_plainly
from uads.core.files import read_table, write_table
from uads.core.seeds import derive_rng
from uads.data.clips import COLUMNS
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import sort_stacks
from uads.data.stores import FrameStore, create_store

K = 5
BINS = 128
FRAMES_PER_CLIP = 313
SECTIONS = 6
N_SPLITS = 2 * SECTIONS
STACKS_PER_CLIP = FRAMES_PER_CLIP - K + 1
SEED = 0
SHARD = "benchmark-fan-train"


def measure_samples(folder: Path, n_frames: int, rounds: int, cores: int, per_split: int = 20_000) -> list[Measurement]:
    """Measure the stages between feature store and matrix, and their memory at two sizes.

    Parameters
    ----------
    folder : path
        Output folder for stores, which take 512 bytes per frame.
    n_frames : int
        Frames of the larger store.
    rounds : int
    cores : int
        Threads for gathering stacks, measured in addition to one thread.
    per_split : int, default 20000
        Stacks sampled per dataset split, as for one machine of the published study.

    Returns
    -------
    list of Measurement
        The limit of gathering is a sequential copy of as many bytes, from a store in the page cache as well.
        The baseline of sampling and gathering is reading one split's stacks by a list of indices, times the
        number of splits.
    """
    half = _measure_memory(folder / "half", n_frames // 2, per_split)
    full = _measure_memory(folder / "full", n_frames, per_split)
    times = run_in_process(time_stages, folder / "full", rounds, per_split, cores, threads=1).value
    plain = run_in_process(fetch_one_split, folder, n_frames // N_SPLITS, per_split).value
    matrix_mb = len(_read_rows(folder / "full")) * K * BINS * 4 / 1e6
    growth = full["gather"].peak_mb - full["gather"].value
    both = times["sample"] + times["gather"]
    work = f"{N_SPLITS} splits x {per_split:,} stacks of {K} x {BINS}"
    peak = {name: outcome.peak_mb for name, outcome in full.items()}
    return [
        compare(
            "sort stacks",
            times["sort"],
            None,
            None,
            peak["sort"],
            f"{n_frames:,} frames; {_sizes(half, 'sort')}",
            n_frames,
        ),
        compare("sample stacks", times["sample"], None, None, peak["sample"], f"{work}; {_sizes(half, 'sample')}"),
        compare(
            "gather stacks",
            times["gather"],
            None,
            times["copy"],
            peak["gather"],
            f"{work}, {matrix_mb:.0f} MB: memory grows by {growth / matrix_mb:.2f} of that; limit: a copy in order",
        ),
        compare(
            f"gather stacks, {cores} threads",
            times["gather at once"],
            None,
            times["copy"],
            note=f"{work}; limit: the same copy, on one core",
        ),
        compare(
            "sample and gather stacks",
            both,
            plain * N_SPLITS,
            note=f"{work}, from {n_frames:,} frames; baseline: one split of as many, times {N_SPLITS}",
            amount=N_SPLITS * per_split,
        ),
    ]


def make_store(folder: str, n_frames: int) -> None:
    """Write a feature store of 12 dataset splits with random frames."""
    paths = _paths(folder)
    n_clips = n_frames // FRAMES_PER_CLIP
    rng = derive_rng(SEED, "benchmarks", "frames")
    frames = rng.normal(size=(64 * FRAMES_PER_CLIP, BINS)).astype(np.float32)
    with create_store(
        paths["store"], list_clips(n_clips), n_clips * FRAMES_PER_CLIP, BINS, {"seconds_per_frame": 0.032}
    ) as writer:
        for i in range(n_clips):
            start = i % 63 * FRAMES_PER_CLIP
            energy = rng.random(FRAMES_PER_CLIP, dtype=np.float32)
            writer.append(frames[start : start + FRAMES_PER_CLIP], energy)


def list_clips(n_clips: int) -> pd.DataFrame:
    """Build the clip table of a shard of 12 dataset splits."""
    number = np.arange(n_clips)
    clips = pd.DataFrame(
        {
            "clip": [f"benchmark/fan/train/{i:06d}.wav" for i in number],
            "section": [f"{i % SECTIONS:02d}" for i in number],
            "domain": np.where(number // SECTIONS % 2, "target", "source"),
        }
    ).assign(corpus="benchmark", shard=SHARD, machine="fan", split="train", label="normal", part="development")
    clips = clips.assign(path=clips["clip"], attributes="none", checksum="", sample_rate=16000, length=160000)
    return clips[list(COLUMNS)]


def sort(folder: str) -> None:
    """Sort the stacks of the folder's store."""
    sort_stacks(FrameStore(_paths(folder)["store"]), K, _paths(folder)["stacks"])


def sample(folder: str, per_split: int) -> None:
    """Sample the stacks of the folder's store."""
    paths = _paths(folder)
    stores, stacks = {SHARD: paths["store"]}, {SHARD: paths["stacks"]}
    rows = sample_stacks(stores, stacks, {"train": per_split}, SEED, ("benchmarks",))
    write_table(rows, paths["samples"], {})


def gather(folder: str) -> float:
    """Gather the sampled stacks, and return the peak memory before that."""
    rows = _read_rows(folder)
    before = peak_mb()
    gather_stacks(rows, {SHARD: _paths(folder)["store"]}, K)
    return before


def time_stages(folder: str, rounds: int, per_split: int, cores: int) -> dict[str, float]:
    """Time the stages; gathering in alternation with a sequential copy of as many bytes."""
    rows, store = _read_rows(folder), _paths(folder)["store"]
    both = {
        "gather": partial(gather_stacks, rows, {SHARD: store}, K),
        "gather at once": partial(gather_stacks, rows, {SHARD: store}, K, cores),
        "copy": partial(copy_in_order, store, len(rows) * K),
    }
    before = {"sort": partial(sort, folder), "sample": partial(sample, folder, per_split)}
    time_alternately(both, 1)  # warm-up: page cache
    return time_alternately(both, rounds) | time_alternately(before, rounds)


def fetch_one_split(folder: str, n_frames: int, per_split: int) -> float:
    """Return the seconds that the baseline takes to read a sample of one split's stacks from a file of all of them."""
    path = Path(folder, "plain.h5")
    rng = derive_rng(SEED, "benchmarks", "plain")
    frames = rng.normal(size=(64 * FRAMES_PER_CLIP, BINS)).astype(np.float32)
    with h5py.File(path, "w") as file:
        for i in range(n_frames // FRAMES_PER_CLIP):
            clip = frames[i % 63 * FRAMES_PER_CLIP :][:FRAMES_PER_CLIP]
            append_plainly(file, sliding_window_view(clip, (K, BINS)).reshape(STACKS_PER_CLIP, -1).T)
    n_stacks = n_frames // FRAMES_PER_CLIP * STACKS_PER_CLIP
    chosen = np.sort(rng.choice(n_stacks, min(per_split, n_stacks), replace=False))
    start = perf_counter()
    fetch_plainly(path, chosen)
    return perf_counter() - start


def _measure_memory(folder: Path, n_frames: int, per_split: int) -> dict[str, Outcome]:
    """Run each stage once, in a separate process."""
    run_in_process(make_store, folder, n_frames)
    return {
        "sort": run_in_process(sort, folder),
        "sample": run_in_process(sample, folder, per_split),
        "gather": run_in_process(gather, folder),
    }


def _sizes(half: dict[str, Outcome], stage: str) -> str:
    return f"{half[stage].peak_mb:.0f} MB for half as many frames"


def copy_in_order(store: Path, n_frames: int) -> None:
    """Copy the first frames of a store."""
    frames = FrameStore(store).frames
    copied = np.empty((n_frames, BINS), np.float32)
    copied[:] = frames[:n_frames]


def store_path(folder: str | Path) -> Path:
    """Return the path of a folder's store."""
    return _paths(folder)["store"]


def _read_rows(folder: str | Path) -> pd.DataFrame:
    return read_table(_paths(folder)["samples"], ["shard", "frame"])


def _paths(folder: str | Path) -> dict[str, Path]:
    names = {"store": "store.h5", "stacks": "stacks.h5", "samples": "samples.parquet"}
    return {name: Path(folder, file) for name, file in names.items()}
