"""Embeddings of all clips by one trained member."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.files import versions
from uads.core.keras_setup import prepare_keras
from uads.detectors.adacos.classes import read_classes
from uads.detectors.adacos.network import build_classifier
from uads.detectors.adacos.store import Embeddings, write_embeddings
from uads.learning.clip_frames import ClipFrames, open_stores
from uads.learning.standardisation import Standardisation
from uads.learning.training import batches_of_one_size

log = logging.getLogger(__name__)

BATCH_SIZE = 64  # clips


def embed_member(
    features: Sequence[str | Path],
    weights: Sequence[str | Path],
    standardisation: str | Path,
    classes: str | Path,
    embeddings: str | Path,
    settings: Mapping[str, Any],
    threads: int | None = None,
) -> None:
    """Compute the embeddings of all clips at each checkpoint and write them with the learned centres.

    Parameters
    ----------
    features : sequence of path
        Log-mel stores of training and test clips of all machines.
    weights : sequence of path
        One file for each of ``settings["checkpoints"]``, in that order.
    standardisation, classes : path
        Files written by training.
    embeddings : path
        HDF5, see :mod:`uads.detectors.adacos.store`.
    settings : mapping
        As in training.
    threads : int, optional
        CPU threads.

    Raises
    ------
    UserError
        If training diverged.
    """
    prepare_keras(0, threads)
    frames = open_stores(features)
    standardise = Standardisation.read(standardisation)
    found = read_classes(classes)
    classifier, network = build_classifier(found, frames.bins, settings)
    by_epoch, centres = {}, {head: {} for head in found}
    for epoch, path in zip(settings["checkpoints"], weights, strict=True):
        classifier.load_weights(path)
        by_epoch[epoch] = embed_clips(network, frames, standardise)
        if not np.isfinite(by_epoch[epoch]).all():
            raise UserError(
                f"{path}: training diverged, the embeddings are not finite: lower detectors.adacos.learning_rate"
            )
        for head, names in found.items():
            learned = np.asarray(classifier.get_layer(head).get_weights()[0])
            centres[head][epoch] = learned.reshape(len(names), settings["sub_clusters"], -1)
        log.info("epoch %d: %d clips embedded", epoch, len(frames))
    content = Embeddings(frames.clips, by_epoch, centres, temporal_maxima(frames, standardise), found)
    write_embeddings(
        content, embeddings, {"parameters": dict(settings), "versions": versions("numpy", "keras", "h5py")}
    )


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
