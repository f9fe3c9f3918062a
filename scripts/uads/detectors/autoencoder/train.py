"""Training of an autoencoder."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.detectors.autoencoder.network import build_autoencoder
from uads.detectors.batches import ClipFrames, gather_stacks, stack_starts
from uads.detectors.training import EpochBatches, StartEpoch, compile_model
from uads.errors import UserError


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
