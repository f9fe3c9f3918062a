"""Training of one sub-cluster AdaCos network (a member of the ensemble)."""

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.backend import prepare_keras
from uads.detectors.adacos.classes import Classes, class_numbers, find_classes, write_classes
from uads.detectors.adacos.network import build_classifier
from uads.detectors.batches import (
    ClipFrames,
    Standardisation,
    balanced_weights,
    fit_standardisation,
    mix,
    one_hot,
    open_stores,
)
from uads.detectors.layers import SubClusterAdaCos, cross_entropy
from uads.detectors.training import EpochBatches, StartEpoch, compile_model
from uads.files import remove, whole

log = logging.getLogger(__name__)

STATE_EVERY = 60.0  # seconds between two states that an interrupted training can resume from
TRAINER, STATE = "trainer.weights.h5", "state.json"


def train_member(
    features: Sequence[str | Path],
    weights: Sequence[str | Path],
    history: str | Path,
    standardisation: str | Path,
    classes: str | Path,
    settings: Mapping[str, Any],
    seed: int,
    threads: int | None = None,
    state_every: float = STATE_EVERY,
) -> None:
    """Train one network and write its weights at each checkpoint.

    An interrupted training leaves ``.resume`` beside its history and goes on from there, with the result
    that it would have had without the interruption.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of the training clips of all machines, both parts.
    weights : sequence of path
        Keras weights, one file for each of ``settings["checkpoints"]``, in that order.
    history, standardisation, classes : path
        CSV of loss and scale of each epoch; HDF5 of mean and std per band; JSON of the classes.
    settings : mapping
        heads (names in ``classes.HEADS``), sub_clusters, embedding_size, frames, weight_decay, mixup,
        class_weights (balanced or none), epochs, checkpoints (epochs, counted from 1), batch_size,
        learning_rate.
    seed : int
    threads : int, optional
        Of the CPU.
    state_every : float, default 60
        Seconds between two states.
    """
    prepare_keras(seed, threads)
    frames = open_stores(features)
    found = find_classes(frames.clips, settings["heads"])
    standardise = fit_standardisation(frames)
    classifier, _ = build_classifier(found, frames.bins, settings)
    trainer = compile_trainer(classifier, settings)
    batches = training_batches(frames, standardise, found, settings, seed)
    resume = Path(history).parent / ".resume"
    keeper = StateKeeper(resume, trainer, classifier, fingerprint(frames.clips, settings, seed), settings, state_every)
    first = keeper.restore()
    log.info("%d clips, %s, from epoch %d", len(frames), {k: len(v) for k, v in found.items()}, first + 1)
    trainer.fit(
        batches,
        epochs=settings["epochs"],
        initial_epoch=first,
        callbacks=[StartEpoch(batches), keeper],
        shuffle=False,  # the batches are shuffled by their own seed
        verbose=0,
    )
    for epoch, path in zip(settings["checkpoints"], weights, strict=True):
        with whole(path) as partial:
            shutil.copyfile(keeper.checkpoint(epoch), partial)
    standardise.write(standardisation)
    write_classes(found, classes)
    with whole(history) as partial:
        pd.DataFrame(keeper.history).to_csv(partial, index=False)
    remove(resume)


def compile_trainer(classifier: keras.Model, settings: Mapping[str, Any]) -> keras.Model:
    """Return a model of the same layers, compiled: its files hold the optimizer's state, the classifier's do not."""
    trainer = keras.Model(classifier.input, classifier.output)
    compile_model(trainer, settings["learning_rate"], dict.fromkeys(settings["heads"], cross_entropy))
    return trainer


def training_batches(
    frames: ClipFrames, standardise: Standardisation, classes: Classes, settings: Mapping[str, Any], seed: int
) -> EpochBatches:
    """Make the batches: standardised clips of one length, labels of each head, mixup with the reversed batch."""
    labels = {head: one_hot(class_numbers(frames.clips, classes, head), len(found)) for head, found in classes.items()}
    weights = {
        head: balanced_weights(one.argmax(axis=1), one.shape[1])
        if settings["class_weights"] == "balanced"
        else np.ones(one.shape[1], np.float32)
        for head, one in labels.items()
    }

    def gather(rows: np.ndarray, rng: np.random.Generator) -> tuple:
        images = standardise(frames.of_length(rows, settings["frames"]))
        targets = {head: one[rows] for head, one in labels.items()}
        if settings["mixup"]:
            share = rng.random(len(rows), np.float32)
            images = mix(images, share)
            targets = {head: mix(target, share) for head, target in targets.items()}
        inputs = {"log_mel": images, **{f"labels_{head}": target for head, target in targets.items()}}
        return inputs, targets, {head: target @ weights[head] for head, target in targets.items()}

    return EpochBatches(gather, len(frames), settings["batch_size"], seed)


def fingerprint(clips: pd.DataFrame, settings: Mapping[str, Any], seed: int) -> str:
    """Digest of all that a training follows from, so that it never resumes from another one's state."""
    parts = [json.dumps(dict(settings), sort_keys=True), str(seed), *clips["clip"], *clips["checksum"]]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


class StateKeeper(keras.callbacks.Callback):
    """Keeps the history, the weights at the checkpoints, and a state to resume from.

    Parameters
    ----------
    folder : Path
        Where the files lie until training has ended.
    trainer : keras.Model
        Compiled: its weights and the optimizer's are the state.
    classifier : keras.Model
        Of the same layers: its weights are the checkpoints.
    digest : str
        See :func:`fingerprint`.
    settings : mapping
        heads, epochs, checkpoints.
    every : float
        Seconds between two states.

    Attributes
    ----------
    history : list of dict
        epoch (from 1), loss, scale of each head.
    """

    def __init__(
        self,
        folder: Path,
        trainer: keras.Model,
        classifier: keras.Model,
        digest: str,
        settings: Mapping[str, Any],
        every: float,
    ):
        super().__init__()
        self._folder = folder
        self._trainer = trainer
        self._classifier = classifier
        self._digest = digest
        self._settings = settings
        self._every = every
        self._saved = time.monotonic()
        self.history: list[dict[str, float]] = []

    def checkpoint(self, epoch: int) -> Path:
        """Where the weights after an epoch lie."""
        return self._folder / f"epoch_{epoch}" / "classifier.weights.h5"

    def restore(self) -> int:
        """Bring the trainer back to the state kept for this very training, if any.

        Returns
        -------
        int
            How many epochs are done.
        """
        state = self._folder / "state"
        try:
            kept = json.loads((state / STATE).read_text())
        except (OSError, ValueError):
            kept = {}
        if kept.get("digest") != self._digest:
            remove(self._folder)
            self._folder.mkdir(parents=True)
            return 0
        self._trainer.load_weights(state / TRAINER)
        self.history = kept["history"]
        return len(self.history)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the epoch, keep its weights if it is a checkpoint, keep the state if it is time."""
        done = epoch + 1
        scales = {
            f"scale_{layer.name}": float(keras.ops.convert_to_numpy(layer.scale))
            for layer in self._classifier.layers
            if isinstance(layer, SubClusterAdaCos)
        }
        self.history.append({"epoch": done, "loss": float((logs or {})["loss"]), **scales})
        log.info("%s", self.history[-1])
        if done in self._settings["checkpoints"]:
            with whole(self.checkpoint(done).parent) as folder:
                folder.mkdir()
                self._classifier.save_weights(folder / self.checkpoint(done).name)
        if time.monotonic() - self._saved >= self._every and done < self._settings["epochs"]:
            self._keep_state()

    def _keep_state(self) -> None:
        with whole(self._folder / "state") as folder:
            folder.mkdir()
            self._trainer.save_weights(folder / TRAINER)
            (folder / STATE).write_text(json.dumps({"digest": self._digest, "history": self.history}))
        self._saved = time.monotonic()
