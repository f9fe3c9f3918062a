"""Detectors with two models per machine: one for the development part of its sections, one for the evaluation part."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.keras_setup import prepare_keras
from uads.core.seeds import derive_seed
from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs
from uads.detectors.score_sets import training_part
from uads.learning.clip_frames import ClipFrames
from uads.learning.training import describe_layers

log = logging.getLogger(__name__)

#: ``train(frames, clips, settings, seed)`` returns a model and its losses (epoch, loss, val_loss).
Train = Callable[[ClipFrames, NDArray[np.int64], Mapping[str, Any], int], tuple[keras.Model, pd.DataFrame]]
#: ``score_clips(model, frames, clips)`` returns named arrays [n] for clips [n], given as rows of ``frames.clips``.
ScoreClips = Callable[[keras.Model, ClipFrames, NDArray[np.int64]], dict[str, NDArray[np.float64]]]


def train_parts(
    frames: ClipFrames, member: Member, settings: Mapping[str, Any], folder: Path, job: Job, train: Train
) -> pd.DataFrame:
    """Train and write the models of the machines of one member.

    Parameters
    ----------
    frames : ClipFrames
        Frames of the machines' training clips.
    member : Member
    settings : mapping
        Passed to ``train``.
    folder : path
        Existing folder; gets ``<machine>/<part>.keras``, one file per part (development, evaluation) with training
        clips, and ``layers.csv``.
    job : Job
    train : callable

    Returns
    -------
    DataFrame
        machine, part, epoch, loss, val_loss.
    """
    histories = []
    for machine in member.machines:
        own = (frames.clips["machine"] == machine).to_numpy()
        (folder / machine).mkdir()
        for part in sorted(frames.clips["part"][own].unique()):
            clips = np.flatnonzero(own & (frames.clips["part"] == part).to_numpy())
            seed = derive_seed(job.seed_of(machine), part)
            prepare_keras(seed, job.threads)
            model, losses = train(frames, clips, settings, seed)
            model.save(folder / machine / f"{part}.keras")
            describe_layers(model).to_csv(folder / "layers.csv", index=False)
            histories.append(losses.assign(machine=machine, part=part))
            log.info("%s, %s: %d clips, last losses %s", machine, part, len(clips), losses.iloc[-1].to_dict())
    return pd.concat(histories)[["machine", "part", "epoch", "loss", "val_loss"]]


def infer_parts(frames: ClipFrames, folder: Path, names: tuple[str, ...], job: Job, score_clips: ScoreClips) -> Outputs:
    """Apply to all clips the model of their machine and of their section's training part.

    Parameters
    ----------
    frames : ClipFrames
        Frames of training and test clips.
    folder : path
        Models written by :func:`train_parts`.
    names : tuple of str
        Names of the arrays that ``score_clips`` returns.
    job : Job
    score_clips : callable

    Returns
    -------
    Outputs
        An array [n_clips] for each name, NaN for clips of sections without training clips.

    Raises
    ------
    UserError
        If a part has no model.
    """
    prepare_keras(0, job.threads)
    clips = frames.clips
    arrays = {name: np.full(len(clips), np.nan) for name in names}
    groups: dict[Any, Any] = dict(clips.groupby([clips["machine"], training_part(clips)]).indices)
    for (machine, trained), rows in groups.items():
        path = folder / machine / f"{trained}.keras"
        if not path.exists():
            raise UserError(f"{machine} has clips of the {trained} part, but {path} is missing: delete its folder")
        model = keras.saving.load_model(path, compile=False)
        for name, values in score_clips(model, frames, rows).items():
            arrays[name][rows] = values
        log.info("%s, %s: %d clips", machine, trained, len(rows))
    return Outputs(clips, arrays)
