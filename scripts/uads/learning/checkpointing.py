"""Resumable training: a killed training continues from its last saved state."""

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import keras

from uads.core.files import remove, scratch_directory

log = logging.getLogger(__name__)

STATE, PROGRESS = "state.weights.h5", "progress"
#: Errors of reading a file that is missing, incomplete or of another network.
UNUSABLE = (OSError, KeyError, ValueError, TypeError)


class ResumableCheckpoint(keras.callbacks.Callback):
    """Callback that keeps the history, the weights at the checkpoints, and a state to resume from.

    The state is one file with the weights, the optimizer's moments and the history. It is replaced atomically: a
    killed process leaves either the old or the new state, complete.

    Parameters
    ----------
    folder : Path
        Folder of the files until training ends.
    trainer : keras.Model
        Compiled; its weights and the optimizer's are the state.
    classifier : keras.Model
        Model of the same layers; its weights are the checkpoints.
    digest : str
        Digest of everything that determines the training, so that it never resumes from another training's state.
    epochs : int
    checkpoints : sequence of int
        Epochs, counted from 1, after which the classifier's weights are kept.
    every : float
        Seconds between two states.
    observe : callable
        Returns the history entries of an epoch, from Keras' logs.

    Attributes
    ----------
    history : list of dict
        epoch (from 1), and the values returned by ``observe``.
    """

    def __init__(
        self,
        folder: Path,
        trainer: keras.Model,
        classifier: keras.Model,
        digest: str,
        epochs: int,
        checkpoints: Sequence[int],
        every: float,
        observe: Callable[[Mapping[str, Any]], dict[str, float]],
    ):
        super().__init__()
        self._folder = folder
        self._trainer = trainer
        self._classifier = classifier
        self._digest = digest
        self._epochs = epochs
        self._checkpoints = checkpoints
        self._every = every
        self._observe = observe
        self._saved = time.monotonic()
        self.history: list[dict[str, float]] = []

    def checkpoint(self, epoch: int) -> Path:
        """Return the path of the weights after an epoch."""
        return self._folder / f"epoch_{epoch}.weights.h5"

    def restore(self) -> int:
        """Restore the trainer from the saved state of this training, if there is one.

        Returns
        -------
        int
            Number of completed epochs.
        """
        history = self._kept_history()
        if history is not None:
            try:
                self._trainer.load_weights(self._folder / STATE)
            except UNUSABLE as error:
                raise RuntimeError(
                    f"the state in {self._folder} belongs to this training but cannot be read ({error}): "
                    "delete the folder and run again"
                ) from error
            self.history = history
            return len(history)
        self.discard()
        self._folder.mkdir(parents=True)
        return 0

    def _kept_history(self) -> list[dict[str, float]] | None:
        try:
            with h5py.File(self._folder / STATE, "r") as file:
                kept = json.loads(file[PROGRESS].asstr()[()])
        except UNUSABLE:
            return None
        needed = [self.checkpoint(epoch) for epoch in self._checkpoints if epoch <= len(kept["history"])]
        if kept["digest"] != self._digest or not all(path.exists() for path in needed):
            return None
        return kept["history"]

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Record the epoch; save its weights if it is a checkpoint, and the state if it is due."""
        done = epoch + 1
        self.history.append({"epoch": done, **self._observe(logs or {})})
        log.info("%s", self.history[-1])
        if done in self._checkpoints:
            save_weights(self._classifier, self.checkpoint(done))
        if time.monotonic() - self._saved >= self._every and done < self._epochs:
            progress = json.dumps({"digest": self._digest, "history": self.history})
            save_weights(self._trainer, self._folder / STATE, {PROGRESS: progress})
            self._saved = time.monotonic()

    def discard(self) -> None:
        """Remove all saved files."""
        discard_state(self._folder)


def discard_state(folder: Path) -> None:
    """Remove the files of an unfinished training, the state first: without it, the others are never used."""
    remove(folder / STATE)
    remove(folder)


def save_weights(model: keras.Model, path: Path, texts: Mapping[str, str] | None = None) -> None:
    """Write a model's weights, and optional texts, to a file atomically.

    Parameters
    ----------
    model : keras.Model
        If it is compiled, the optimizer's state is included.
    path : path
        Ending in ``.weights.h5``; an existing file is replaced.
    texts : mapping, optional
        Names and contents of datasets in the same file.
    """
    with scratch_directory(path) as folder:
        partial = folder / path.name
        model.save_weights(partial)
        with h5py.File(partial, "a") as file:
            file.update(texts or {})
        partial.replace(path)
