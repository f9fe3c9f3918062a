"""Training of a MobileNetV2 classifier."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import pandas as pd

from uads.detectors.batches import ClipFrames, one_hot
from uads.detectors.mobilenetv2.images import cut_images
from uads.detectors.mobilenetv2.network import build_classifier
from uads.detectors.training import EpochBatches, StartEpoch, compile_model
from uads.errors import UserError


def train_classifier(
    frames: ClipFrames, clips: np.ndarray, settings: Mapping[str, Any], seed: int
) -> tuple[keras.Model, pd.DataFrame]:
    """Train one classifier to tell apart the sections of the clips.

    Parameters
    ----------
    frames : ClipFrames
    clips : array [n]
        Rows of ``frames.clips``, of one machine and part.
    settings : mapping
        frames (per image), hop, width, momentum, epochs, batch_size, learning_rate, validation_split (the last
        images in the order of the clips, as the challenge's code has it; they only show how training goes),
        max_images (seen in one epoch, null = all).
    seed : int

    Returns
    -------
    model : keras.Model
        The classes are the sections in ascending order.
    losses : DataFrame
        epoch (from 1), loss, val_loss (NaN without validation).

    Raises
    ------
    UserError
        If there is one section only.
    """
    rows = frames.clips.iloc[clips]
    sections, section_of = np.unique(rows["section"].to_numpy(str), return_inverse=True)
    if len(sections) < 2:
        raise UserError(
            f"MobileNetV2 learns to tell sections apart, but {rows['machine'].iloc[0]} has training clips of "
            f"{sections[0]} only in its {rows['part'].iloc[0]} part: take mobilenetv2 out of the config's scores"
        )
    images = cut_images(frames, clips, settings["frames"], np.full(len(clips), settings["hop"]))
    labels = one_hot(section_of[images.owner], len(sections))
    n_validation = int(len(images) * settings["validation_split"])
    training, validation = np.split(np.arange(len(images)), [len(images) - n_validation])

    def batches_of(own: np.ndarray, **options: Any) -> EpochBatches:
        def gather(chosen: np.ndarray, rng: np.random.Generator) -> tuple:
            return images[own[chosen]], labels[own[chosen]]

        return EpochBatches(gather, len(own), settings["batch_size"], seed, settings["max_images"], **options)

    model = build_classifier(settings["frames"], frames.bins, len(sections), settings["width"], settings["momentum"])
    compile_model(model, settings["learning_rate"], "categorical_crossentropy")
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
