"""Scores of the autoencoders: mean squared error of the reconstruction over a clip's stacks."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.backend import prepare_keras
from uads.detectors.batches import ClipFrames, gather_stacks, open_stores, stack_starts
from uads.detectors.scores import gamma_threshold, score_table
from uads.detectors.training import batches_of_one_size
from uads.errors import UserError

log = logging.getLogger(__name__)

BATCH_SIZE = 4096  # stacks


def score_autoencoders(
    features: Sequence[str | Path],
    models: Mapping[str, str | Path],
    quantile: float = 0.9,
    threads: int | None = None,
) -> pd.DataFrame:
    """Score all test clips, each with the model that its machine and section were trained for.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of training and test clips of all machines.
    models : mapping of machine to path
        The folder of its models, one for each part.
    quantile : float, default 0.9
        Of the gamma distribution fitted to a model's training scores: the threshold.
    threads : int, optional
        Of the CPU.

    Returns
    -------
    DataFrame
        The score table.

    Raises
    ------
    UserError
        If a clip is too short, or a part has no model.
    """
    prepare_keras(0, threads)
    frames = open_stores(features)
    clips = frames.clips
    part = training_part(clips)
    score = np.full(len(clips), np.nan)
    threshold = np.full(len(clips), np.nan)
    groups: dict[Any, Any] = dict(clips.groupby([clips["machine"], part]).indices)
    for (machine, trained), rows in groups.items():
        path = Path(models[machine]) / f"{trained}.keras"
        if not path.exists():
            raise UserError(f"{machine} has clips of the {trained} part, but {path} is not there: delete its folder")
        model = keras.saving.load_model(path, compile=False)
        score[rows] = score_clips(model, frames, rows)
        is_training = (clips["split"].iloc[rows] == "train").to_numpy()
        threshold[rows] = gamma_threshold(score[rows][is_training], quantile)
        log.info("%s, %s: %d clips, threshold %.4g", machine, trained, len(rows), threshold[rows[0]])
    scored = part.notna().to_numpy()
    return score_table(clips[scored], score[scored], threshold[scored])


def training_part(clips: pd.DataFrame) -> pd.Series:
    """Name for each clip the part of its section's training clips; missing where there are none."""
    keys = ["machine", "section"]
    trained = clips[clips["split"] == "train"].drop_duplicates(keys).set_index(keys)["part"]
    return pd.Series(trained.reindex(pd.MultiIndex.from_frame(clips[keys])).to_numpy(), index=clips.index)


def score_clips(model: keras.Model, frames: ClipFrames, clips: NDArray[np.int64]) -> NDArray[np.float64]:
    """Score clips with one model.

    Parameters
    ----------
    model : keras.Model
        From and to [n, stack * bins].
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
    lengths = np.array([len(frames[clip]) for clip in clips])
    if lengths.min() < stack:
        short = frames.clips["clip"].iloc[clips[lengths.argmin()]]
        raise UserError(f"clip {short} has {lengths.min()} frames, fewer than the {stack} of a stack: take it out")
    pool = np.concatenate([frames[clip] for clip in clips])
    starts = stack_starts(lengths.tolist(), stack)

    errors = []
    for rows, n in batches_of_one_size(len(starts), BATCH_SIZE):
        stacks = gather_stacks(pool, starts[rows], stack)
        residual = stacks - model.predict_on_batch(stacks)
        errors.append(np.square(residual[:n]).mean(axis=1, dtype=np.float64))
    owner = np.repeat(np.arange(len(clips)), lengths - stack + 1)
    return np.bincount(owner, weights=np.concatenate(errors)) / np.bincount(owner)
