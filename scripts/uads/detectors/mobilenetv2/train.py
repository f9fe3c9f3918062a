"""Training of a MobileNetV2 classifier."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.core.errors import UserError
from uads.detectors.job import Job, Member
from uads.detectors.mobilenetv2.images import cut_images
from uads.detectors.mobilenetv2.network import build_classifier
from uads.detectors.per_machine import train_parts
from uads.learning.class_labels import one_hot
from uads.learning.clip_frames import ClipFrames
from uads.learning.training import compile_model, fit_with_validation

log = logging.getLogger(__name__)

#: Largest tolerable share of the initial values in the batch-norms' running statistics: the initial variance is 1, the
#: variance of the depthwise convolutions' outputs is about 0.001, and errors accumulate over the layers.
UNSETTLED = 1e-4


def train(frames: ClipFrames, member: Member, settings: Mapping[str, Any], model: Path, job: Job) -> pd.DataFrame:
    """Train the classifiers of the member's machines, see :func:`uads.detectors.per_machine.train_parts`."""
    return train_parts(frames, member, settings, model, job, train_classifier)


def train_classifier(
    frames: ClipFrames, clips: np.ndarray, settings: Mapping[str, Any], seed: int
) -> tuple[keras.Model, pd.DataFrame]:
    """Train one classifier to distinguish the sections of the clips.

    Parameters
    ----------
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``, of one machine and part.
    settings : mapping
        frames (per image), hop, width, momentum, learning_rate, max_images (per epoch, null = all), and
        the settings of :func:`uads.learning.training.fit_with_validation`.
    seed : int

    Returns
    -------
    model : keras.Model
        The classes are the sections in ascending order.
    losses : DataFrame
        epoch, loss, val_loss.

    Raises
    ------
    UserError
        If there is only one section.
    """
    rows = frames.clips.iloc[clips]
    sections, section_of = np.unique(rows["section"].to_numpy(str), return_inverse=True)
    if len(sections) < 2:
        raise UserError(
            f"MobileNetV2 learns to distinguish sections, but {rows['machine'].iloc[0]} has training clips of only "
            f"{sections[0]} in its {rows['part'].iloc[0]} part: remove mobilenetv2 from the config's scores"
        )
    images = cut_images(frames, clips, settings["frames"], np.full(len(clips), settings["hop"]))
    labels = one_hot(section_of[images.owner], len(sections))

    def gather(rows: np.ndarray) -> tuple:
        return images[rows], labels[rows]

    model = build_classifier(settings["frames"], frames.bins, len(sections), settings["width"], settings["momentum"])
    compile_model(model, settings["learning_rate"], "categorical_crossentropy")
    losses = fit_with_validation(model, gather, len(images), settings["max_images"], settings, seed)
    _warn_of_unsettled_statistics(settings["momentum"], int(model.optimizer.iterations))
    return model, losses


def _warn_of_unsettled_statistics(momentum: float, steps: int) -> None:
    if (left := momentum**steps) > UNSETTLED:
        log.warning(
            "after %d steps with momentum %s the batch-norms' running statistics contain %.1g of their initial values: "
            "the classifier may predict one class for all clips: lower training.momentum or raise training.epochs",
            *(steps, momentum, left),
        )
