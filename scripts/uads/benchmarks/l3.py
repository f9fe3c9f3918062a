"""Embedding of clips, compared with one call of OpenL3's function per clip and with its bare network."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
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
BFLOAT16, DOUBLE = {"computation": "bfloat16"}, {"front_end": "double"}
#: Names of the other precisions.
OTHERS = ("bfloat16", "double")

#: Clips of a job that does little more than start.
N_FEW = 2

ROUNDS = 5
SEED = 0


def measure_l3(clips: Sequence[Path], folder: Path, threads: int) -> list[Measurement]:
    """Measure the embedding of clips in each precision, their spectrograms alone, and the start of a job.

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
        The limit of the embedding is the compiled network on the same windows in memory; the baseline of other
        precisions is single precision. The start of a job is the time of a process for :data:`N_FEW` clips, minus
        the time for their windows.
    """
    few = clips[:N_FEW]
    n_windows, n_windows_of_few = _count_windows(clips), _count_windows(few)
    times, errors = run_in_process(time_by_turns, clips, threads).value
    start = perf_counter()
    peak_of_few = peak_of_process(extract, few, folder / "few.h5", threads, {})
    seconds_of_few = perf_counter() - start
    peaks = [
        peak_of_process(extract, clips, folder / f"{number}.h5", threads, change)
        for number, change in enumerate(({}, BFLOAT16, DOUBLE))
    ]
    work = f"{n_windows} windows of {len(clips)} clips"
    return [
        compare(
            "L3",
            times["own"],
            times["plain"],
            times["network"],
            peaks[0],
            f"{work}; limit: the network alone",
            amount=n_windows,
            cores=threads,
        ),
        compare(
            "L3, bfloat16",
            times["bfloat16"],
            times["own"],
            times["network in bfloat16"],
            peaks[1],
            f"{work}; {errors['bfloat16']}; baseline: single precision; limit: the network alone",
        ),
        compare(
            "L3, front end in double precision",
            times["double"],
            times["own"],
            times["network"],
            peaks[2],
            f"{work}; {errors['double']}; baseline: single precision; limit: the network alone, in single precision",
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


def time_by_turns(clips: Sequence[str], threads: int) -> tuple[dict[str, float], dict[str, str]]:
    """Time the embedding of clips, the baseline, the network alone and its front end alone in alternation.

    Returns
    -------
    times : dict
        Name to seconds.
    errors : dict
        For the embedding in other precisions, a phrase about their difference from single precision.
    """
    table = as_table(clips)
    model = load_network(STUDY, None, SEED, threads)
    network, front_end, narrow = compile_network(model), _compile_front_end(model), compile_network(model, "bfloat16")
    exact = compile_network(model, front_end="double")
    windows = np.concatenate([lay_windows(_read(path), STUDY) for path in clips])
    tasks = {
        "own": lambda: _embed(table, STUDY, network),
        "plain": lambda: [_embed_plainly(path, model) for path in clips],
        "network": lambda: _run(network, windows),
        "bfloat16": lambda: _embed(table, STUDY, narrow),
        "network in bfloat16": lambda: _run(narrow, windows),
        "double": lambda: _embed(table, replace(STUDY, **DOUBLE), exact),
        "front end": lambda: _run(front_end, windows),
    }
    time_alternately(tasks, rounds=1)  # warm-up: imports, compilation
    single, *others = (tasks[name]() for name in ("own", *OTHERS))
    errors = {name: describe_difference(other, single) for name, other in zip(OTHERS, others, strict=True)}
    return time_alternately(tasks, ROUNDS), errors


def extract(clips: Sequence[str], output: str, threads: int, change: Mapping[str, str]) -> None:
    """Extract the embeddings of some clips, with a change of the parameters."""
    extract_l3(as_table(clips), output, {**PARAMETERS, **change}, None, SEED, threads)


def describe_difference(found: Sequence[NDArray[np.float32]], single: Sequence[NDArray[np.float32]]) -> str:
    """Describe by how much embeddings [n_frames, embedding_size] of clips differ from those in single precision."""
    difference, size = (np.linalg.norm(np.concatenate(of), axis=1).mean() for of in (_minus(found, single), single))
    step = np.linalg.norm(np.concatenate([np.diff(clip, axis=0) for clip in single]), axis=1).mean()
    return f"differs by {difference / size:.2%}, or {difference / step:.2f} of the step from one frame to the next"


def _minus(found: Sequence[NDArray[np.float32]], single: Sequence[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
    return [one - other for one, other in zip(found, single, strict=True)]


def _embed(clips: pd.DataFrame, l3: L3, network: Network) -> list[NDArray[np.float32]]:
    return [frames for frames, _ in embed_clips(clips, l3, network)]


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
