"""Scores of the MobileNetV2 classifiers: their uncertainty about a clip's section."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.detectors.mobilenetv2.images import cut_images
from uads.detectors.per_machine import ScoreClips
from uads.learning.clip_frames import ClipFrames
from uads.learning.training import batches_of_one_size

BATCH_SIZE = 128  # images
SMALLEST = np.finfo(np.float64).eps


def scorer(settings: Mapping[str, Any]) -> ScoreClips:
    """Return :func:`score_clips` with the settings bound."""
    return partial(score_clips, settings=settings)


def score_clips(
    model: keras.Model, frames: ClipFrames, clips: NDArray[np.int64], settings: Mapping[str, Any]
) -> NDArray[np.float64]:
    """Score clips with one classifier.

    Parameters
    ----------
    model : keras.Model
        Maps [n, frames, bins] to probabilities of the sections among ``clips``, in ascending order.
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``.
    settings : mapping
        frames (per image), hop (of training clips), test_hop (of test clips), formula (see :func:`surprise`).

    Returns
    -------
    array [n]
        Mean score over the images of each clip.

    Raises
    ------
    UserError
        If the classifier was trained on other sections.
    """
    rows = frames.clips.iloc[clips]
    sections, section_of = np.unique(rows["section"].to_numpy(str), return_inverse=True)
    if len(sections) != model.output_shape[1]:
        raise UserError(
            f"the clips of {rows['machine'].iloc[0]} have {len(sections)} sections, its classifier was trained on "
            f"{model.output_shape[1]}: delete results/<study>/detectors/mobilenetv2 and run again"
        )
    hops = np.where(rows["split"] == "train", settings["hop"], settings["test_hop"])
    images = cut_images(frames, clips, settings["frames"], hops)
    scores = []
    for chosen, n in batches_of_one_size(len(images), BATCH_SIZE):
        probabilities = np.asarray(model.predict_on_batch(images[chosen]), np.float64)
        true = section_of[images.owner[chosen]]
        scores.append(surprise(probabilities[np.arange(len(chosen)), true], settings["formula"])[:n])
    return np.bincount(images.owner, weights=np.concatenate(scores)) / np.bincount(images.owner)


def surprise(probability: NDArray[np.float64], formula: str) -> NDArray[np.float64]:
    """Convert the probability of the true section to a score.

    Parameters
    ----------
    probability : array [n]
    formula : {"code", "documented"}
        ``log((1 - p) / p)``, as the challenge documents it, or ``log((1 - p) - log(p))``, as its code computes it
        for the published values. Probabilities are clipped at the machine epsilon of float64.

    Returns
    -------
    array [n]
    """
    other, own = np.maximum(1 - probability, SMALLEST), np.maximum(probability, SMALLEST)
    return np.log(other - np.log(own)) if formula == "code" else np.log(other) - np.log(own)
