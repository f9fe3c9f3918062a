"""Embeddings of one member in one HDF5 file, written with the network and read by the back ends.

Layout::

    clips/                    one dataset per column of the clip table
    embeddings/epoch_<n>      float32 [n_clips, d], of each checkpoint, not length-normalised
    centres/<head>/epoch_<n>  float32 [n_classes, sub_clusters, d], learned, not length-normalised
    temporal_maximum          float32 [n_clips, bins], of the standardised log-mel spectrogram (Eq. 4)
    attributes: classes (JSON), parameters (JSON), versions (JSON)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.files import atomic_path
from uads.data.stores import read_attributes, read_columns, write_attributes, write_columns
from uads.detectors.adacos.classes import Classes


@dataclass(frozen=True)
class Embeddings:
    """Content of an embeddings file, see :mod:`uads.detectors.adacos.store`; dicts of arrays are keyed by epoch."""

    clips: pd.DataFrame
    embeddings: dict[int, NDArray[np.float32]]
    centres: dict[str, dict[int, NDArray[np.float32]]]
    temporal_maximum: NDArray[np.float32]
    classes: Classes


def write_embeddings(content: Embeddings, path: str | Path, attributes: Mapping[str, Any]) -> None:
    """Write the embeddings of one member."""
    with atomic_path(path) as partial, h5py.File(partial, "w") as file:
        write_columns(file.create_group("clips"), content.clips)
        for epoch, embeddings in content.embeddings.items():
            file[f"embeddings/epoch_{epoch}"] = embeddings
        for head, of_head in content.centres.items():
            for epoch, centres in of_head.items():
                file[f"centres/{head}/epoch_{epoch}"] = centres
        file["temporal_maximum"] = content.temporal_maximum
        write_attributes(file, {"classes": content.classes, **attributes})


def read_embeddings(path: str | Path) -> Embeddings:
    """Read the embeddings of one member."""
    with h5py.File(path, "r") as file:
        return Embeddings(
            clips=read_columns(file["clips"]),
            embeddings=_by_epoch(file["embeddings"]),
            centres={head: _by_epoch(group) for head, group in file["centres"].items()},
            temporal_maximum=file["temporal_maximum"][:],
            classes=read_attributes(file)["classes"],
        )


def _by_epoch(group: h5py.Group) -> dict[int, NDArray[np.float32]]:
    return dict(sorted((int(name.removeprefix("epoch_")), data[:]) for name, data in group.items()))
