"""Embeddings of all clips by one trained member."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.keras_setup import prepare_keras
from uads.detectors.adacos.classes import read_classes
from uads.detectors.adacos.network import CLASSES, STANDARDISATION, build_classifier, checkpoint_file
from uads.detectors.adacos.store import Embeddings, to_outputs
from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs
from uads.learning.clip_frames import ClipFrames
from uads.learning.standardisation import Standardisation
from uads.learning.training import batches_of_one_size

log = logging.getLogger(__name__)

BATCH_SIZE = 64  # clips


def infer(frames: ClipFrames, model: Path, member: Member, settings: Mapping[str, Any], job: Job) -> Outputs:
    """Compute the embeddings of all clips at each checkpoint, beside the learned centres.

    Parameters
    ----------
    frames : ClipFrames
        Frames of training and test clips of all machines.
    model : path
        Folder written by training.
    member : Member
    settings : mapping
        As in training.
    job : Job

    Returns
    -------
    Outputs
        See :mod:`uads.detectors.adacos.store`.

    Raises
    ------
    UserError
        If training diverged.
    """
    prepare_keras(0, job.threads)
    standardise = Standardisation.read(model / STANDARDISATION)
    found = read_classes(model / CLASSES)
    classifier, network = build_classifier(found, frames.bins, settings)
    by_epoch, centres = {}, {head: {} for head in found}
    for epoch in settings["checkpoints"]:
        path = checkpoint_file(model, epoch)
        classifier.load_weights(path)
        by_epoch[epoch] = embed_clips(network, frames, standardise)
        if not np.isfinite(by_epoch[epoch]).all():
            raise UserError(f"{path}: training diverged, the embeddings are not finite: lower training.learning_rate")
        for head, names in found.items():
            learned = np.asarray(classifier.get_layer(head).get_weights()[0])
            centres[head][epoch] = learned.reshape(len(names), settings["sub_clusters"], -1)
        log.info("epoch %d: %d clips embedded", epoch, len(frames))
    return to_outputs(Embeddings(frames.clips, by_epoch, centres, temporal_maxima(frames, standardise), found))


def embed_clips(network: keras.Model, frames: ClipFrames, standardise: Standardisation) -> NDArray[np.float32]:
    """Compute the embeddings [n, d] of all clips, cut or repeated to the network's input length."""
    parts = []
    for rows, n in batches_of_one_size(len(frames), BATCH_SIZE):
        images = standardise(frames.of_length(rows, network.input_shape[1]))
        parts.append(np.asarray(network.predict_on_batch(images))[:n])
    return np.concatenate(parts)


def temporal_maxima(frames: ClipFrames, standardise: Standardisation) -> NDArray[np.float32]:
    """Compute the maximum of each standardised band over each clip [n, bins]."""
    return standardise(np.stack([frames[clip].max(axis=0) for clip in range(len(frames))]))
