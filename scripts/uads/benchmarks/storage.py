"""Feature stores in half precision and with compression: disk space saved, and cost."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from uads.benchmarks.clips import as_table
from uads.benchmarks.measurement import Measurement, compare, run_in_process, time_alternately
from uads.benchmarks.samples import N_SPLITS, SEED, SHARD, K, list_clips
from uads.core.seeds import derive_rng
from uads.data.samples import gather_stacks, sample_stacks
from uads.data.stacks import sort_stacks
from uads.data.stores import FrameStore, Storage, create_store
from uads.learning.clip_frames import ClipFrames, open_stores
from uads.representations.spectrogram.extract import extract_spectrograms

KINDS = {
    "single": Storage(),
    "half": Storage("half"),
    "lzf": Storage("single", "lzf"),
    "gzip": Storage("single", "gzip"),
    "half, lzf": Storage("half", "lzf"),
    "half, gzip": Storage("half", "gzip"),
}
CHUNKS = {f"lzf, chunks of {frames:,}": Storage("single", "lzf", frames) for frames in (16, 64, 256, 1024, 4096)}
MEL = {"n_mels": 128, "top_db": 80}
CLIPS_READ = 200


def measure_storage(
    clips: Sequence[Path], folder: Path, rounds: int, n_frames: int = 200_000, share: float = 0.05
) -> list[Measurement]:
    """Measure each kind of storage, and several sizes of chunks.

    Parameters
    ----------
    clips : sequence of path
        Clips whose log-mel frames are stored repeatedly.
    folder : path
        Output folder for stores.
    rounds : int
    n_frames : int, default 200000
        Maximum number of frames per store.
    share : float, default 0.05
        Share of the stacks of a store that is sampled.

    Returns
    -------
    list of Measurement
        One for each kind and each size of chunks. The seconds are those of gathering a sample from the page
        cache; the baseline is the same from an uncompressed store in single precision.
    """
    run_in_process(extract, clips, folder)
    measured: dict[str, dict[str, float]] = run_in_process(
        time_storage, folder, n_frames, rounds, share, threads=1
    ).value
    plain = measured["single"]
    return [
        compare(
            f"gather stacks, {name}",
            own["gather"],
            None if name == "single" else plain["gather"],
            note=f"{plain['bytes'] / 1e6:.0f} MB of log-mel frames, {own['bytes'] / plain['bytes']:.2f} of that on the "
            f"disk; written in {own['write']:.2g} s, a clip read in {1000 * own['clips'] / CLIPS_READ:.2g} ms; "
            f"largest error {own['error']:.2g} dB",
        )
        for name, own in measured.items()
    ]


def extract(clips: Sequence[str], folder: str) -> None:
    """Extract the frames to store."""
    extract_spectrograms(as_table(clips), {"mel": Path(folder, "mel.h5")}, {"mel": MEL})


def time_storage(folder: str, n_frames: int, rounds: int, share: float) -> dict[str, dict[str, float]]:
    """Measure each kind: seconds to write, to gather and to read a clip, bytes on disk, and the largest error."""
    kinds = KINDS | CHUNKS
    paths = {name: Path(folder, f"{number}.h5") for number, name in enumerate(kinds)}
    source = open_stores([Path(folder, "mel.h5")])
    numbers = np.arange(n_frames // int(source.lengths(np.arange(len(source))).max())) % len(source)
    write = {name: partial(_write, paths[name], source, numbers, storage) for name, storage in kinds.items()}
    times = {"write": time_alternately(write, rounds)}

    stacks = Path(folder, "stacks.h5")
    sort_stacks(FrameStore(paths["single"]), K, stacks)
    wanted = round(share * n_frames / N_SPLITS)
    rows = sample_stacks({SHARD: paths["single"]}, {SHARD: stacks}, {"train": wanted}, SEED, ("benchmarks",))
    gather = {name: partial(gather_stacks, rows, {SHARD: path}, K) for name, path in paths.items()}
    time_alternately(gather, 1)  # warm-up: compilation, page cache
    times["gather"] = time_alternately(gather, rounds)

    drawn = derive_rng(SEED, "benchmarks", "clips").permutation(len(numbers))[:CLIPS_READ]
    read = {name: partial(_read, open_stores([path]), drawn) for name, path in paths.items()}
    times["clips"] = time_alternately(read, rounds)

    exact = FrameStore(paths["single"]).frames
    sizes = {
        name: {"bytes": path.stat().st_size, "error": float(np.abs(FrameStore(path).frames[:] - exact).max())}
        for name, path in paths.items()
    }
    return {name: {stage: own[name] for stage, own in times.items()} | sizes[name] for name in kinds}


def _write(path: Path, source: ClipFrames, numbers: NDArray[np.int64], storage: Storage) -> None:
    n_frames = int(source.lengths(numbers).sum())
    attributes = {"seconds_per_frame": 0.032}
    with create_store(path, list_clips(len(numbers)), n_frames, source.bins, attributes, storage) as writer:
        for number in numbers:
            writer.append(source[number], np.ones(len(source[number]), np.float32))


def _read(frames: ClipFrames, clips: NDArray[np.int64]) -> None:
    for clip in clips:
        frames[clip].sum()
