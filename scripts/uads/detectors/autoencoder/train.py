"""Training of an autoencoder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.core.errors import UserError
from uads.detectors.autoencoder.network import build_autoencoder
from uads.detectors.job import Job, Member
from uads.detectors.per_machine import train_parts
from uads.learning.clip_frames import ClipFrames, gather_stacks, stack_starts
from uads.learning.training import compile_model, fit_with_validation


def train(frames: ClipFrames, member: Member, settings: Mapping[str, Any], model: Path, job: Job) -> pd.DataFrame:
    """Train the autoencoders of the member's machines, see :func:`uads.detectors.per_machine.train_parts`."""
    return train_parts(frames, member, settings, model, job, train_autoencoder)


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
        stack (frames), learning_rate, max_stacks (per epoch, null = all), and the settings of
        :func:`uads.learning.training.fit_with_validation`.
    seed : int

    Returns
    -------
    model : keras.Model
    losses : DataFrame
        epoch, loss, val_loss.
    """
    stack = settings["stack"]
    pool = frames.joined(clips)
    starts = stack_starts(frames.lengths(clips).tolist(), stack)
    if len(starts) < 2:
        raise UserError(f"the training clips of {frames.clips['machine'].iloc[0]} are shorter than {stack} frames")

    def gather(rows: np.ndarray) -> tuple:
        stacks = gather_stacks(pool, starts[rows], stack)
        return stacks, stacks

    model = build_autoencoder(stack * frames.bins)
    compile_model(model, settings["learning_rate"], "mse")
    return model, fit_with_validation(model, gather, len(starts), settings["max_stacks"], settings, seed)
