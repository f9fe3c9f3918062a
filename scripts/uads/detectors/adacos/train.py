"""Training of one sub-cluster AdaCos network (a member of the ensemble)."""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import keras
import pandas as pd

from uads.core.files import atomic_path
from uads.core.keras_setup import prepare_keras, resolves_to
from uads.core.progress import EtaReporter
from uads.detectors.adacos.classes import find_classes, write_classes
from uads.detectors.adacos.network import build_classifier
from uads.detectors.adacos.trainer import make_trainer
from uads.learning.checkpointing import ResumableCheckpoint
from uads.learning.clip_frames import open_stores
from uads.learning.layers.adacos import SubClusterAdaCos
from uads.learning.standardisation import fit_standardisation
from uads.learning.training import CountRows, StartEpoch

log = logging.getLogger(__name__)

STATE_EVERY = 60.0  # seconds between two saved states


def train_member(
    features: Sequence[str | Path],
    weights: Sequence[str | Path],
    history: str | Path,
    standardisation: str | Path,
    classes: str | Path,
    settings: Mapping[str, Any],
    seed: int,
    threads: int | None = None,
    terminal: TextIO | None = None,
    code: str = "",
    state_every: float = STATE_EVERY,
) -> None:
    """Train one network and write its weights at each checkpoint.

    The state of an unfinished training is kept in ``.resume`` beside its history. Training killed at any step and
    resumed gives the result of an uninterrupted run.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of the training clips of all machines, both parts.
    weights : sequence of path
        Keras weights, one file for each of ``settings["checkpoints"]``, in that order.
    history, standardisation, classes : path
        Output files: CSV of the losses (total and per head) and scales of each epoch; HDF5 of mean and std per band;
        JSON of the classes.
    settings : mapping
        heads (names in ``classes.HEADS``), sub_clusters, embedding_size, frames, weight_decay, mixup,
        class_weights (balanced or none), epochs, checkpoints (epochs, counted from 1), batch_size,
        learning_rate, precision (single, mixed or auto), training_data (mapped, device or auto).
    seed : int
    threads : int, optional
        CPU threads.
    terminal : TextIO, optional
        Where progress is printed; standard output by default.
    code : str, optional
        Digest of the code; a training is resumed only by the same code.
    state_every : float, default 60
        Seconds between two states.
    """
    prepare_keras(seed, threads)
    mixed, on_device = resolves_to(settings["precision"], "mixed"), resolves_to(settings["training_data"], "device")
    keras.config.set_dtype_policy("mixed_bfloat16" if mixed else "float32")
    frames = open_stores(features)
    found = find_classes(frames.clips, settings["heads"])
    standardise = fit_standardisation(frames)
    classifier, _ = build_classifier(found, frames.bins, settings)
    trainer, batches = make_trainer(classifier, frames, standardise, found, settings, seed, on_device)
    keeper = ResumableCheckpoint(
        Path(history).parent / ".resume",
        trainer,
        classifier,
        fingerprint(frames.clips, settings, seed, keras.config.backend(), mixed, on_device, code),
        settings["epochs"],
        settings["checkpoints"],
        state_every,
        lambda logs: observe(classifier, logs),
    )
    first = keeper.restore()
    log.info("%d clips, %s, from epoch %d", len(frames), {k: len(v) for k, v in found.items()}, first + 1)
    done, total = first * len(frames), settings["epochs"] * len(frames)
    countdown = EtaReporter(f"Training {Path(history).parent.name}", total, "clips", terminal, done)
    trainer.fit(
        batches,
        epochs=settings["epochs"],
        initial_epoch=first,
        callbacks=[StartEpoch(batches), CountRows(batches, countdown), keeper],
        shuffle=False,  # the batches are shuffled by their own seed
        verbose=0,
    )
    for epoch, path in zip(settings["checkpoints"], weights, strict=True):
        with atomic_path(path) as partial:
            shutil.copyfile(keeper.checkpoint(epoch), partial)
    standardise.write(standardisation)
    write_classes(found, classes)
    with atomic_path(history) as partial:
        pd.DataFrame(keeper.history).to_csv(partial, index=False)
    keeper.discard()


def observe(classifier: keras.Model, logs: Mapping[str, Any]) -> dict[str, float]:
    """Return the loss of an epoch (with several heads, also per head) and the scale of each head at its end."""
    heads = [layer for layer in classifier.layers if isinstance(layer, SubClusterAdaCos)]
    return {
        "loss": float(logs["loss"]),
        **{f"loss_{head.name}": float(logs[f"{head.name}_loss"]) for head in heads if len(heads) > 1},
        **{f"scale_{head.name}": float(keras.ops.convert_to_numpy(head.scale)) for head in heads},
    }


def fingerprint(clips: pd.DataFrame, settings: Mapping[str, Any], *others: object) -> str:
    """Return a digest of everything that determines a training, so that it never resumes from another one's state."""
    parts = [json.dumps(dict(settings), sort_keys=True), *map(str, others), *clips["clip"], *clips["checksum"]]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()
