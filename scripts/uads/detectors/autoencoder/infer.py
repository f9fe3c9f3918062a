"""Reconstruction errors of the autoencoders."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs
from uads.detectors.per_machine import infer_parts
from uads.learning.clip_frames import ClipFrames, gather_stacks, stack_starts
from uads.learning.training import batches_of_one_size

BATCH_SIZE = 4096  # stacks


def infer(frames: ClipFrames, model: Path, member: Member, settings: Mapping[str, Any], job: Job) -> Outputs:
    """Compute the array ``error`` [n_clips], see :func:`measure_errors`."""
    return infer_parts(frames, model, ("error",), job, measure)


def measure(model: keras.Model, frames: ClipFrames, clips: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return the reconstruction errors [n] of clips by name."""
    return {"error": measure_errors(model, frames, clips)}


def measure_errors(model: keras.Model, frames: ClipFrames, clips: NDArray[np.int64]) -> NDArray[np.float64]:
    """Compute the mean squared reconstruction error over each clip's stacks.

    Parameters
    ----------
    model : keras.Model
        Maps [n, stack * bins] to [n, stack * bins].
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``.

    Returns
    -------
    array [n]
        Mean squared error over all stacks of each clip.

    Raises
    ------
    UserError
        If a clip is shorter than a stack.
    """
    stack = model.input_shape[1] // frames.bins
    lengths = frames.lengths(clips)
    if lengths.min() < stack:
        short = frames.clips["clip"].iloc[clips[lengths.argmin()]]
        raise UserError(f"clip {short} has {lengths.min()} frames, fewer than the {stack} of a stack: remove it")
    pool = frames.joined(clips)
    starts = stack_starts(lengths.tolist(), stack)

    errors = []
    for rows, n in batches_of_one_size(len(starts), BATCH_SIZE):
        stacks = gather_stacks(pool, starts[rows], stack)
        residual = stacks - model.predict_on_batch(stacks)
        errors.append(np.square(residual[:n]).mean(axis=1, dtype=np.float64))
    owner = np.repeat(np.arange(len(clips)), lengths - stack + 1)
    return np.bincount(owner, weights=np.concatenate(errors)) / np.bincount(owner)
