"""Training of one sub-cluster AdaCos network (a member of the ensemble)."""

import hashlib
import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from uads.core.keras_setup import prepare_keras, resolves_to
from uads.core.progress import EtaReporter
from uads.detectors.adacos.classes import find_classes, write_classes
from uads.detectors.adacos.network import CLASSES, STANDARDISATION, build_classifier, checkpoint_file, describe_network
from uads.detectors.adacos.trainer import make_trainer
from uads.detectors.job import Job, Member
from uads.learning.checkpointing import ResumableCheckpoint
from uads.learning.clip_frames import ClipFrames
from uads.learning.layers.adacos import SubClusterAdaCos
from uads.learning.standardisation import fit_standardisation
from uads.learning.training import CountRows, StartEpoch, StopIfDiverged

log = logging.getLogger(__name__)

STATE_EVERY = 60.0  # seconds between two saved states
ADVICE = "set training.scale_limit (2.0), or lower training.learning_rate"


def train(
    frames: ClipFrames,
    member: Member,
    settings: Mapping[str, Any],
    model: Path,
    job: Job,
    state_every: float = STATE_EVERY,
) -> pd.DataFrame:
    """Train one network and write its weights at each checkpoint.

    The state of an unfinished training is kept in ``job.state``; the job removes it once its outputs are in place.
    Training killed at any step and resumed gives the result of an uninterrupted run.

    Parameters
    ----------
    frames : ClipFrames
        Frames of the training clips of all machines, both parts.
    member : Member
    settings : mapping
        heads (names in ``classes.HEADS``), sub_clusters, trainable_centres, scale_limit, embedding_size, frames,
        weight_decay, mixup, class_weights (balanced or none), epochs, checkpoints (epochs, counted from 1),
        batch_size, learning_rate, precision (single, mixed or auto), training_data (mapped, device or auto).
    model : path
        Existing folder; gets the weights of each checkpoint (:func:`checkpoint_file`), ``standardisation.h5`` (mean
        and std per band), ``classes.json`` and ``layers.csv``.
    job : Job
    state_every : float, default 60
        Seconds between two states.

    Returns
    -------
    DataFrame
        The losses (total and per head) and scales of each epoch.
    """
    seed = job.seed_of(member.name)
    prepare_keras(seed, job.threads)
    mixed, on_device = resolves_to(settings["precision"], "mixed"), resolves_to(settings["training_data"], "device")
    keras.config.set_dtype_policy("mixed_bfloat16" if mixed else "float32")
    found = find_classes(frames.clips, settings["heads"])
    standardise = fit_standardisation(frames)
    classifier, _ = build_classifier(found, frames.bins, settings)
    trainer, batches = make_trainer(classifier, frames, standardise, found, settings, seed, on_device)
    keeper = ResumableCheckpoint(
        job.state,
        trainer,
        classifier,
        fingerprint(frames.clips, settings, seed, keras.config.backend(), mixed, on_device, job.code),
        settings["epochs"],
        settings["checkpoints"],
        state_every,
        lambda logs: observe(classifier, logs),
    )
    first = keeper.restore()
    log.info("%d clips, %s, from epoch %d", len(frames), {k: len(v) for k, v in found.items()}, first + 1)
    done, total = first * len(frames), settings["epochs"] * len(frames)
    countdown = EtaReporter(f"Training {member.name}", total, "clips", job.terminal, done)
    trainer.fit(
        batches,
        epochs=settings["epochs"],
        initial_epoch=first,
        callbacks=[StartEpoch(batches), CountRows(batches, countdown), StopIfDiverged(ADVICE), keeper],
        shuffle=False,  # the batches are shuffled by their own seed
        verbose=0,
    )
    for epoch in settings["checkpoints"]:
        shutil.copyfile(keeper.checkpoint(epoch), checkpoint_file(model, epoch))
    standardise.write(model / STANDARDISATION)
    write_classes(found, model / CLASSES)
    describe_network(classifier).to_csv(model / "layers.csv", index=False)
    return pd.DataFrame(keeper.history)


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
