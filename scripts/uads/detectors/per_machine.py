"""Detectors with two models per machine: one for the development part of its sections, one for the evaluation part."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.files import atomic_path
from uads.core.keras_setup import prepare_keras
from uads.core.seeds import derive_seed
from uads.detectors.score_sets import gamma_threshold, score_table
from uads.learning.clip_frames import ClipFrames, open_stores

log = logging.getLogger(__name__)

#: ``train(frames, clips, settings, seed)`` returns a model and its losses (epoch, loss, val_loss).
Train = Callable[[ClipFrames, NDArray[np.int64], Mapping[str, Any], int], tuple[keras.Model, pd.DataFrame]]
#: ``score_clips(model, frames, clips)`` returns the scores [n] of clips [n], given as rows of ``frames.clips``.
ScoreClips = Callable[[keras.Model, ClipFrames, NDArray[np.int64]], NDArray[np.float64]]


def train_parts(
    features: Sequence[str | Path],
    models: str | Path,
    history: str | Path,
    train: Train,
    settings: Mapping[str, Any],
    seed: int,
    threads: int | None = None,
) -> None:
    """Train and write the models of one machine.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of the machine's training clips.
    models : path
        Output folder of ``<part>.keras``, one file per part (development, evaluation) with training clips.
    history : path
        CSV of the losses: part, epoch, loss, val_loss.
    train : callable
    settings : mapping
        Passed to ``train``.
    seed : int
    threads : int, optional
        CPU threads.
    """
    frames = open_stores(features)
    histories = []
    with atomic_path(models) as folder:
        folder.mkdir()
        for part in sorted(frames.clips["part"].unique()):
            clips = np.flatnonzero(frames.clips["part"] == part)
            part_seed = derive_seed(seed, part)
            prepare_keras(part_seed, threads)
            model, losses = train(frames, clips, settings, part_seed)
            model.save(folder / f"{part}.keras")
            histories.append(losses.assign(part=part))
            log.info("%s: %d clips, last losses %s", part, len(clips), losses.iloc[-1].to_dict())
    with atomic_path(history) as partial:
        pd.concat(histories)[["part", "epoch", "loss", "val_loss"]].to_csv(partial, index=False)


def score_parts(
    features: Sequence[str | Path],
    models: Mapping[str, str | Path],
    score_clips: ScoreClips,
    quantile: float = 0.9,
    threads: int | None = None,
) -> pd.DataFrame:
    """Score all test clips, each with the model of its machine and its section's training part.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of training and test clips of all machines.
    models : mapping of machine to path
        Folder of the machine's models, one per part.
    score_clips : callable
    quantile : float, default 0.9
        Quantile of the gamma distribution fitted to a model's training scores, used as threshold.
    threads : int, optional
        CPU threads.

    Returns
    -------
    DataFrame
        The score set, see :func:`uads.detectors.score_sets.score_table`.

    Raises
    ------
    UserError
        If a part has no model.
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
            raise UserError(f"{machine} has clips of the {trained} part, but {path} is missing: delete its folder")
        model = keras.saving.load_model(path, compile=False)
        score[rows] = score_clips(model, frames, rows)
        is_training = (clips["split"].iloc[rows] == "train").to_numpy()
        threshold[rows] = gamma_threshold(score[rows][is_training], quantile)
        log.info("%s, %s: %d clips, threshold %.4g", machine, trained, len(rows), threshold[rows[0]])
    scored = part.notna().to_numpy()
    return score_table(clips[scored], score[scored], threshold[scored])


def training_part(clips: pd.DataFrame) -> pd.Series:
    """Return the part of the training clips of each clip's section; missing if the section has none."""
    keys = ["machine", "section"]
    trained = clips[clips["split"] == "train"].drop_duplicates(keys).set_index(keys)["part"]
    return pd.Series(trained.reindex(pd.MultiIndex.from_frame(clips[keys])).to_numpy(), index=clips.index)
