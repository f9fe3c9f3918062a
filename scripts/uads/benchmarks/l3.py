"""Embedding of clips, compared with one call of OpenL3's function per clip and with its bare network."""

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from uads.benchmarks.clips import as_table
from uads.benchmarks.measurement import Measurement, compare, peak_of_process, run_in_process, time_alternately
from uads.data.audio import Waveform, normalise, read_clip
from uads.representations.l3.extract import WINDOWS_PER_BATCH, embed_clips, extract_l3, lay_windows
from uads.representations.l3.network import Network, compile_network, load_network
from uads.representations.l3.parameters import L3, count_frames

#: Two seconds of each clip, as in the embedded study, so that batches continue from clip to clip.
PARAMETERS = {"seconds": 2.0}
STUDY = L3(**PARAMETERS)

#: Clips of a job that does little more than start.
N_FEW = 2

ROUNDS = 5
SEED = 0


def measure_l3(clips: Sequence[Path], folder: Path, threads: int) -> list[Measurement]:
    """Measure the embedding of clips, its spectrograms alone, and the start of a job.

    Parameters
    ----------
    clips : sequence of path
    folder : path
        Output folder for stores.
    threads : int
        CPU threads of the network.

    Returns
    -------
    list of Measurement
        The limit of the embedding is the compiled network on the same windows in memory. The start of a job
        is the time of a process for :data:`N_FEW` clips, minus the time for their windows.
    """
    few = clips[:N_FEW]
    n_windows, n_windows_of_few = _count_windows(clips), _count_windows(few)
    times = run_in_process(time_by_turns, clips, threads).value
    start = perf_counter()
    peak_of_few = peak_of_process(extract, few, folder / "few.h5", threads)
    seconds_of_few = perf_counter() - start
    return [
        compare(
            "L3",
            times["own"],
            times["plain"],
            times["network"],
            peak_of_process(extract, clips, folder / "all.h5", threads),
            f"{n_windows} windows of {len(clips)} clips; limit: the network alone",
            amount=n_windows,
            cores=threads,
        ),
        compare(
            "L3, spectrograms",
            times["front end"],
            note=f"{times['front end'] / times['network']:.1%} of the network: all that windows could share",
        ),
        compare(
            "L3, start of a job",
            seconds_of_few - times["own"] * n_windows_of_few / n_windows,
            peak_mb=peak_of_few,
            note=f"peak with {n_windows_of_few} windows of {len(few)} clips",
        ),
    ]


def time_by_turns(clips: Sequence[str], threads: int) -> dict[str, float]:
    """Time the embedding of clips, the baseline, the network alone and its front end alone in alternation."""
    table = as_table(clips)
    model = load_network(STUDY, None, SEED, threads)
    network, front_end = compile_network(model), _compile_front_end(model)
    windows = np.concatenate([lay_windows(_read(path), STUDY) for path in clips])
    tasks = {
        "own": lambda: list(embed_clips(table, STUDY, network)),
        "plain": lambda: [_embed_plainly(path, model) for path in clips],
        "network": lambda: _run(network, windows),
        "front end": lambda: _run(front_end, windows),
    }
    time_alternately(tasks, rounds=1)  # warm-up: imports, compilation
    return time_alternately(tasks, ROUNDS)


def extract(clips: Sequence[str], output: str, threads: int) -> None:
    """Extract the embeddings of some clips."""
    extract_l3(as_table(clips), output, PARAMETERS, None, SEED, threads)


def _count_windows(clips: Sequence[Path]) -> int:
    table = as_table(clips)
    return sum(count_frames(*size, STUDY) for size in zip(table["length"], table["sample_rate"], strict=True))


def _compile_front_end(model: Any) -> Network:
    """Compile the first layer of OpenL3's network, which computes spectrograms of windows."""
    import keras

    return compile_network(keras.Model(model.input, model.layers[1].output))


def _read(path: str) -> Waveform:
    return normalise(read_clip(path, STUDY.sample_rate, STUDY.seconds), STUDY.normalise)


def _embed_plainly(path: str, model: Any) -> None:
    import openl3

    hop = STUDY.hop_seconds
    openl3.get_audio_embedding(
        _read(path), STUDY.sample_rate, model=model, hop_size=hop, center=False, frontend="kapre", verbose=0
    )


def _run(network: Network, windows: NDArray[np.float32]) -> None:
    for start in range(0, len(windows), WINDOWS_PER_BATCH):
        network(windows[start : start + WINDOWS_PER_BATCH])
