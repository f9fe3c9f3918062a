"""Extraction of log-STFT and log-mel spectrograms of the same clips, from files to closed feature stores."""

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import scipy.fft

from uads.benchmarks.clips import as_table
from uads.benchmarks.measurement import Measurement, Process, compare, peak_of_process, time_alternately
from uads.benchmarks.published import extract_plainly
from uads.representations.spectrogram.extract import extract_spectrograms
from uads.representations.spectrogram.transform import FrontEnd, count_frames

#: The study's two spectrograms.
STUDY = {"stft": {"top_db": 80}, "mel": {"top_db": 80, "n_mels": 128}}
#: A process, its clips, and its output folder.
Place = tuple[Process, Sequence[Path], Path]
NUMBERS_PER_FRAME = 513 + 128 + 2  # two spectrograms, and their energies


def measure_spectrograms(clips: Sequence[Path], folder: Path, rounds: int) -> list[Measurement]:
    """Measure the extraction on one core and on two, and its memory at two sizes.

    Parameters
    ----------
    clips : sequence of path
    folder : path
        Output folder for stores.
    rounds : int

    Returns
    -------
    list of Measurement
        The limit is reading the files' bytes, computing the real Fourier transforms of as many windows with
        SciPy in single precision, and writing as many bytes.
    """
    half = len(clips) // 2
    with Process(threads=1) as first, Process(threads=1) as second:
        first.start(time_on_one_core, clips, folder / "one", rounds)
        times = first.wait().value
        folders = folder / "first", folder / "second"
        places = [(first, clips[:half], folders[0]), (second, clips[half:], folders[1])]
        tasks = {
            f"{name} {how}": partial(run, places, function)
            for name, function in {"own": extract, "limit": do_least}.items()
            for how, run in {"one": _by_turns, "two": _at_once}.items()
        }
        clear = partial(_clear, *folders)
        clear()
        _at_once(places, extract)  # warm-up: imports
        scaling = time_alternately(tasks, rounds, clear)
    peaks = {count: peak_of_process(extract, clips[:count], folder / "one") for count in (half, len(clips))}
    own, least = (scaling[f"{name} one"] / scaling[f"{name} two"] for name in ("own", "limit"))
    return [
        compare(
            "spectrograms",
            times["own"],
            times["plain"],
            times["least"],
            peaks[len(clips)],
            f"stft and mel of {len(clips)} clips on one core; limit: read, transform, write",
            amount=sum(_count_frames(clips)),
        ),
        compare(
            "spectrograms, half as many clips",
            times["own"] * half / len(clips),
            peak_mb=peaks[half],
            note="for its memory; time by proportion",
        ),
        compare(
            "spectrograms, two processes",
            scaling["own two"],
            limit_seconds=scaling["limit two"],
            note=f"a shard each: {own:.2f} times one process; the limit itself: {least:.2f} times",
        ),
    ]


def time_on_one_core(clips: Sequence[str], folder: str, rounds: int) -> dict[str, float]:
    """Time the extraction, the baseline and the limit in alternation."""
    tasks = {
        "own": lambda: extract(clips, folder),
        "plain": lambda: extract_plainly(clips, Path(folder)),
        "least": lambda: do_least(clips, folder),
    }
    clear = partial(_clear, Path(folder))
    clear()
    extract(clips[:2], folder)  # warm-up: imports
    extract_plainly(clips[:2], Path(folder))
    return time_alternately(tasks, rounds, clear)


def extract(clips: Sequence[str], folder: str) -> None:
    """Extract both spectrograms of some clips."""
    outputs = {name: Path(folder, f"{name}.h5") for name in STUDY}
    extract_spectrograms(as_table(clips), outputs, STUDY)


def do_least(clips: Sequence[str], folder: str) -> None:
    """Read the bytes of some clips, transform as many windows, and write as many bytes as their frames have."""
    counts = _count_frames(clips)
    windows = np.ones((max(counts), FrontEnd().n_fft), np.float32)
    numbers = np.ones((max(counts), NUMBERS_PER_FRAME), np.float32)
    with open(Path(folder, "least"), "wb", buffering=0) as file:
        for path, count in zip(clips, counts, strict=True):
            Path(path).read_bytes()
            scipy.fft.rfft(windows[:count], axis=1)
            file.write(numbers[:count].data)


def _count_frames(clips: Sequence[str | Path]) -> list[int]:
    table = as_table(clips)
    return [count_frames(*size, FrontEnd()) for size in zip(table["length"], table["sample_rate"], strict=True)]


def _clear(*folders: Path) -> None:
    """Remove the contents of folders, which takes time and is not part of an extraction."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)


def _by_turns(places: Sequence[Place], function: Callable[..., object]) -> None:
    for process, clips, folder in places:
        process.start(function, clips, folder)
        process.wait()


def _at_once(places: Sequence[Place], function: Callable[..., object]) -> None:
    for process, clips, folder in places:
        process.start(function, clips, folder)
    for process, _, _ in places:
        process.wait()
