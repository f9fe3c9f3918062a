"""Training of the autoencoders of one machine, one for each part of the data."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.backend import prepare_keras
from uads.detectors.autoencoder.network import build_autoencoder
from uads.detectors.batches import ClipFrames, gather_stacks, open_stores, stack_starts
from uads.detectors.training import EpochBatches, StartEpoch, compile_model
from uads.errors import UserError
from uads.files import whole
from uads.seeds import derive_seed

log = logging.getLogger(__name__)


def train_autoencoders(
    features: Sequence[str | Path],
    models: str | Path,
    history: str | Path,
    settings: Mapping[str, Any],
    seed: int,
    threads: int | None = None,
) -> None:
    """Train and write the autoencoders of one machine.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of the machine's training clips.
    models : path
        The folder for ``<part>.keras``, one for each part (development, evaluation) that has training clips.
    history : path
        CSV of the losses: part, epoch, loss, val_loss.
    settings : mapping
        See :func:`train_autoencoder`.
    seed : int
    threads : int, optional
        Of the CPU.

    """
    frames = open_stores(features)
    histories = []
    with whole(models) as folder:
        folder.mkdir()
        for part in sorted(frames.clips["part"].unique()):
            clips = np.flatnonzero(frames.clips["part"] == part)
            part_seed = derive_seed(seed, part)
            prepare_keras(part_seed, threads)
            model, losses = train_autoencoder(frames, clips, settings, part_seed)
            model.save(folder / f"{part}.keras")
            histories.append(losses.assign(part=part))
            log.info("%s: %d clips, last losses %s", part, len(clips), losses.iloc[-1].to_dict())
    with whole(history) as partial:
        pd.concat(histories)[["part", "epoch", "loss", "val_loss"]].to_csv(partial, index=False)


def train_autoencoder(
    frames: ClipFrames, clips: np.ndarray, settings: Mapping[str, Any], seed: int
) -> tuple[keras.Model, pd.DataFrame]:
    """Train one autoencoder on all stacks of the clips.

    Parameters
    ----------
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``.
    settings : mapping
        stack (frames), epochs, batch_size, learning_rate, validation_split (the last stacks in the order of
        the clips, as the challenge's code has it; they only show how training goes), max_stacks (seen in one
        epoch, null = all).
    seed : int

    Returns
    -------
    model : keras.Model
    losses : DataFrame
        epoch (from 1), loss, val_loss (NaN without validation).
    """
    stack = settings["stack"]
    pool = np.concatenate([frames[clip] for clip in clips])
    starts = stack_starts([len(frames[clip]) for clip in clips], stack)
    if len(starts) < 2:
        raise UserError(f"the training clips of {frames.clips['machine'].iloc[0]} are shorter than {stack} frames")
    n_validation = int(len(starts) * settings["validation_split"])
    training, validation = np.split(starts, [len(starts) - n_validation])

    def batches_of(rows: np.ndarray, **options: Any) -> EpochBatches:
        def gather(chosen: np.ndarray, rng: np.random.Generator) -> tuple:
            stacks = gather_stacks(pool, rows[chosen], stack)
            return stacks, stacks

        return EpochBatches(gather, len(rows), settings["batch_size"], seed, settings["max_stacks"], **options)

    model = build_autoencoder(stack * frames.bins)
    compile_model(model, settings["learning_rate"], "mse")
    batches = batches_of(training)
    fitted = model.fit(
        batches,
        epochs=settings["epochs"],
        validation_data=batches_of(validation, shuffle=False) if n_validation else None,
        callbacks=[StartEpoch(batches)],
        shuffle=False,  # the batches are shuffled by their own seed
        verbose=0,
    ).history
    losses = pd.DataFrame({"epoch": np.arange(1, settings["epochs"] + 1), "loss": fitted["loss"]})
    return model, losses.assign(val_loss=fitted.get("val_loss", np.nan))
