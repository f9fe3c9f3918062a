"""Training of sub-cluster AdaCos, compared with a plain Keras ``fit`` and with the step of the bare network.

The clips are noise: the time of a step does not depend on its data.
"""

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import Any

import h5py
import numpy as np
import pandas as pd

from uads.benchmarks.measurement import (
    Measurement,
    Process,
    compare,
    run_in_process,
    time_alternately,
    time_rounds,
    watch_private_memory,
)
from uads.data.clips import as_clip_table
from uads.data.stores import create_store, write_columns

BINS, FRAMES_PER_CLIP = 128, 313
N_SECTIONS = 6  # of each of the seven machines
MACHINES = ("ToyCar", "ToyTrain", "fan", "gearbox", "pump", "slider", "valve")
SEED = 0
STEPS_FOR_MEMORY = 5


def measure_training(
    folder: Path, n_clips: int, n_stored: int, settings: Mapping[str, Any], threads: int, rounds: int
) -> list[Measurement]:
    """Measure epochs of training, alternatives that could be faster, and the memory for the clips of a full study.

    Parameters
    ----------
    folder : path
        Output folder for stores.
    n_clips : int
        Clips per epoch.
    n_stored : int
        Clips of the store used to measure memory.
    settings : mapping
        Of the training, see :func:`uads.benchmarks.declared.timed_training`.
    threads : int
        CPU threads.
    rounds : int

    Returns
    -------
    list of Measurement
        The limit is the training step of the bare network on one batch in memory, without mixup.
    """
    store, large = folder / "store.h5", folder / "large.h5"
    write_noise(store, n_clips)
    write_hollow_store(large, n_stored)
    chosen = dict(settings)
    timed = run_in_process(time_by_turns, store, chosen, threads, rounds).value
    times = {name: median(measured) for name, measured in timed["times"].items()}
    pairs = {name: [a / b for a, b in zip(timed["times"][name], timed["times"]["own"], strict=True)] for name in times}
    peak = run_in_process(train_a_little, large, chosen, threads).value
    row = Measurement(
        "training",
        times["own"],
        times["plain"],
        ratio=median(pairs["plain"]),
        share_of_limit=median(pairs["step"]),
        peak_mb=peak,
        note=f"{n_clips} clips at {n_clips / times['own']:.0f} clips/s, {timed['how']}; ratio and share: medians of "
        f"{rounds} pairs; limit: the bare network's step; peak: private memory, {n_stored:,} clips",
        amount=n_clips,
        cores=threads,
    )
    others = [_time_two_members(store, chosen, threads, rounds)] if threads > 1 else []
    if timed["compiler"]:
        others.append(_time_compiler(store, chosen, threads, rounds))
    return [row, *others]


def time_by_turns(store: str, settings: Mapping[str, Any], threads: int, rounds: int) -> dict[str, Any]:
    """Time an epoch of training, an epoch of the baseline, and as many steps of the bare network in alternation."""
    import keras

    from uads.core.keras_setup import has_gpu, prepare_keras

    prepare_keras(SEED, threads)
    trainer, batches = _make_trainer(store, settings)
    plain, (inputs, targets) = _make_plain_classifier(store, settings)
    bare, _ = _make_plain_classifier(store, settings)
    size = settings["batch_size"]
    batch, labels = (
        {name: keras.ops.convert_to_tensor(x[:size]) for name, x in xs.items()} for xs in (inputs, targets)
    )
    tasks = {
        "own": lambda: trainer.fit(batches, shuffle=False, verbose=0),
        "plain": lambda: plain.fit(inputs, targets, batch_size=size, verbose=0),
        "step": lambda: [bare.train_on_batch(batch, labels) for _ in range(len(batches))],
    }
    time_alternately(tasks, rounds=1)  # warm-up: compilation
    backend = keras.config.backend()
    where = "a GPU" if has_gpu() else f"{threads} threads"
    return {
        "times": time_rounds(tasks, rounds),
        "how": f"{backend}, {where}",
        "compiler": backend == "tensorflow" and not has_gpu(),
    }


def train_a_little(store: str, settings: Mapping[str, Any], threads: int) -> float:
    """Prepare a training, run some steps, and return the peak of private memory."""
    from uads.core.keras_setup import prepare_keras

    with watch_private_memory() as peak:
        prepare_keras(SEED, threads)
        trainer, batches = _make_trainer(store, settings)
        trainer.fit(batches, steps_per_epoch=STEPS_FOR_MEMORY, shuffle=False, verbose=0)
    return peak[0]


def train_epoch(store: str, settings: Mapping[str, Any], threads: int) -> None:
    """Train one more epoch of a trainer that the process builds on the first call."""
    trainer, batches = _kept_trainer(store, json.dumps(settings), threads)
    trainer.fit(batches, shuffle=False, verbose=0)


def time_compiler(store: str, settings: Mapping[str, Any], threads: int, rounds: int) -> dict[str, list[float]]:
    """Time an epoch in graph mode and compiled by XLA, both without deterministic operations (XLA has none)."""
    import keras
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    tensorflow.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.set_random_seed(SEED)
    tasks = {}
    for name in ("graph", "compiler"):
        trainer, batches = _make_trainer(store, settings)
        trainer.jit_compile = name == "compiler"
        tasks[name] = partial(trainer.fit, batches, shuffle=False, verbose=0)
    time_alternately(tasks, rounds=1)  # warm-up: compilation
    return time_rounds(tasks, rounds)


def write_noise(path: Path, n_clips: int) -> None:
    """Write a store of 10 s clips whose frames are noise in decibels."""
    rng = np.random.default_rng(SEED)
    noise = rng.normal(-60, 10, (FRAMES_PER_CLIP + n_clips, BINS)).astype(np.float32)
    energy = np.zeros(FRAMES_PER_CLIP, np.float32)
    with create_store(path, make_clips(n_clips), n_clips * FRAMES_PER_CLIP, BINS, {}) as writer:
        for i in range(n_clips):
            writer.append(noise[i : i + FRAMES_PER_CLIP], energy)


def write_hollow_store(path: Path, n_clips: int) -> None:
    """Write a store of 10 s clips whose frames are zeros that take no disk space but are read like others."""
    n_frames = n_clips * FRAMES_PER_CLIP
    with h5py.File(path, "w") as file:
        frames = file.create_dataset("frames", (n_frames, BINS), "float32", fill_time="never")
        frames[-1] = 0
        file.create_dataset("energy", (n_frames,), "float32")
        file["offsets"] = np.arange(n_clips + 1, dtype=np.int64) * FRAMES_PER_CLIP
        write_columns(file.create_group("clips"), make_clips(n_clips))


def make_clips(n_clips: int) -> pd.DataFrame:
    """Build a clip table with as many machines and sections as the published study has."""
    number = np.arange(n_clips)
    clips = pd.DataFrame({"clip": [f"clip_{i:06d}" for i in number]})
    clips = clips.assign(
        machine=np.array(MACHINES)[number % len(MACHINES)],
        section=[f"{section:02d}" for section in number // len(MACHINES) % N_SECTIONS],
        corpus="noise",
        path="",
        domain="source",
        split="train",
        part="development",
        label="normal",
        attributes="",
        sample_rate=16000,
        length=160000,
        checksum="",
    )
    return as_clip_table(clips)


def _make_trainer(store: str, settings: Mapping[str, Any]) -> tuple[Any, Any]:
    """Build a trainer and its batches, as a training does before its first step."""
    import keras

    from uads.core.keras_setup import resolves_to
    from uads.detectors.adacos.classes import find_classes
    from uads.detectors.adacos.network import build_classifier
    from uads.detectors.adacos.trainer import make_trainer
    from uads.learning.clip_frames import open_stores
    from uads.learning.standardisation import fit_standardisation

    keras.config.set_dtype_policy("mixed_bfloat16" if resolves_to(settings["precision"], "mixed") else "float32")
    frames = open_stores([store])
    classes = find_classes(frames.clips, settings["heads"])
    classifier, _ = build_classifier(classes, frames.bins, settings)
    on_device = resolves_to(settings["training_data"], "device")
    return make_trainer(classifier, frames, fit_standardisation(frames), classes, settings, SEED, on_device)


@cache
def _kept_trainer(store: str, settings: str, threads: int) -> tuple[Any, Any]:
    from uads.core.keras_setup import prepare_keras

    prepare_keras(SEED, threads)
    return _make_trainer(store, json.loads(settings))


def _make_plain_classifier(store: str, settings: Mapping[str, Any]) -> tuple[Any, tuple[dict, dict]]:
    """Build the published network and its data without this workflow: arrays in memory, no mixup."""
    from uads.detectors.adacos.classes import class_numbers, find_classes
    from uads.detectors.adacos.network import build_classifier
    from uads.learning.class_labels import one_hot
    from uads.learning.clip_frames import open_stores
    from uads.learning.layers.classification import cross_entropy
    from uads.learning.standardisation import fit_standardisation
    from uads.learning.training import compile_model

    frames = open_stores([store])
    classes = find_classes(frames.clips, settings["heads"])
    classifier, _ = build_classifier(classes, frames.bins, settings)
    compile_model(classifier, settings["learning_rate"], dict.fromkeys(classes, cross_entropy))
    images = fit_standardisation(frames)(frames.of_length(np.arange(len(frames)), settings["frames"]))
    labels = {head: one_hot(class_numbers(frames.clips, classes, head), len(found)) for head, found in classes.items()}
    inputs = {"log_mel": images, **{f"labels_{head}": label for head, label in labels.items()}}
    return classifier, (inputs, labels)


def _time_two_members(store: Path, settings: Mapping[str, Any], threads: int, rounds: int) -> Measurement:
    """Time an epoch of two members: at once with half the threads each, and one after the other with all."""
    half = max(1, threads // 2)
    with Process() as alone, Process() as first, Process() as second:

        def one_after_the_other() -> None:
            for _ in range(2):
                alone.start(train_epoch, store, settings, threads)
                alone.wait()

        def at_once() -> None:
            for process in (first, second):
                process.start(train_epoch, store, settings, half)
            for process in (first, second):
                process.wait()

        tasks = {"serial": one_after_the_other, "parallel": at_once}
        time_alternately(tasks, rounds=1)  # warm-up: compilation
        times = time_rounds(tasks, rounds)
    gain = median(a / b for a, b in zip(times["serial"], times["parallel"], strict=True))
    return compare(
        "training, two members at once",
        median(times["parallel"]),
        median(times["serial"]),
        note=f"{half} of {threads} threads each: {gain:.2f} times one after the other with all threads",
    )


def _time_compiler(store: Path, settings: Mapping[str, Any], threads: int, rounds: int) -> Measurement:
    times = run_in_process(time_compiler, store, settings, threads, rounds).value
    gain = median(a / b for a, b in zip(times["graph"], times["compiler"], strict=True))
    return compare(
        "training, compiled by XLA",
        median(times["compiler"]),
        median(times["graph"]),
        note=f"{gain:.2f} times graph mode, both without operations that give the same result each time",
    )
