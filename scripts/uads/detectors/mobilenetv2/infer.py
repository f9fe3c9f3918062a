"""Uncertainty of the MobileNetV2 classifiers about a clip's section."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.detectors.job import Job, Member
from uads.detectors.mobilenetv2.images import cut_images
from uads.detectors.outputs import Outputs
from uads.detectors.per_machine import infer_parts
from uads.learning.clip_frames import ClipFrames
from uads.learning.training import batches_of_one_size

BATCH_SIZE = 128  # images
SMALLEST = np.finfo(np.float64).eps
#: Formulas of the score, see :func:`negative_log_odds`.
FORMULAS = ("code", "documented")


def infer(frames: ClipFrames, model: Path, member: Member, settings: Mapping[str, Any], job: Job) -> Outputs:
    """Compute an array [n_clips] for each of :data:`FORMULAS`, see :func:`measure_clips`."""
    return infer_parts(frames, model, FORMULAS, job, partial(measure_clips, settings=settings))


def measure_clips(
    model: keras.Model, frames: ClipFrames, clips: NDArray[np.int64], settings: Mapping[str, Any]
) -> dict[str, NDArray[np.float64]]:
    """Measure with one classifier how uncertain it is about the section of clips.

    Parameters
    ----------
    model : keras.Model
        Maps [n, frames, bins] to probabilities of the sections among ``clips``, in ascending order.
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``.
    settings : mapping
        frames (per image), hop (of training clips), test_hop (of test clips).

    Returns
    -------
    mapping of formula to array [n]
        Mean over the images of each clip.

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
            f"{model.output_shape[1]}: delete its folder below results/<study>/detectors and run again"
        )
    hops = np.where(rows["split"] == "train", settings["hop"], settings["test_hop"])
    images = cut_images(frames, clips, settings["frames"], hops)
    scores: dict[str, list[NDArray[np.float64]]] = {formula: [] for formula in FORMULAS}
    for chosen, n in batches_of_one_size(len(images), BATCH_SIZE):
        probabilities = np.asarray(model.predict_on_batch(images[chosen]), np.float64)
        true = section_of[images.owner[chosen]]
        for formula, found in scores.items():
            found.append(negative_log_odds(probabilities[np.arange(len(chosen)), true], formula)[:n])
    return {
        formula: np.bincount(images.owner, weights=np.concatenate(found)) / np.bincount(images.owner)
        for formula, found in scores.items()
    }


def negative_log_odds(probability: NDArray[np.float64], formula: str) -> NDArray[np.float64]:
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
