"""Embeddings of one member as outputs, written with the network and read by the back ends.

Arrays of :class:`uads.detectors.outputs.Outputs`::

    embeddings/epoch_<n>      float32 [n_clips, d], of each checkpoint, not length-normalised
    centres/<head>/epoch_<n>  float32 [n_classes, sub_clusters, d], learned, not length-normalised
    temporal_maximum          float32 [n_clips, bins], of the standardised log-mel spectrogram (Eq. 4)
"""

from dataclasses import dataclass

import pandas as pd
from numpy.typing import NDArray

from uads.detectors.adacos.classes import Classes
from uads.detectors.outputs import Outputs


@dataclass(frozen=True)
class Embeddings:
    """What one member learned about all clips; dicts of arrays are keyed by epoch."""

    clips: pd.DataFrame
    embeddings: dict[int, NDArray]
    centres: dict[str, dict[int, NDArray]]
    temporal_maximum: NDArray
    classes: Classes


def to_outputs(content: Embeddings) -> Outputs:
    """Return embeddings as named arrays."""
    arrays = {f"embeddings/epoch_{epoch}": values for epoch, values in content.embeddings.items()}
    for head, of_head in content.centres.items():
        arrays |= {f"centres/{head}/epoch_{epoch}": values for epoch, values in of_head.items()}
    arrays["temporal_maximum"] = content.temporal_maximum
    return Outputs(content.clips, arrays, {"classes": content.classes})


def from_outputs(outputs: Outputs) -> Embeddings:
    """Return the embeddings of outputs made by :func:`to_outputs`."""
    classes = outputs.facts["classes"]
    return Embeddings(
        clips=outputs.clips,
        embeddings=_by_epoch(outputs, "embeddings"),
        centres={head: _by_epoch(outputs, f"centres/{head}") for head in classes},
        temporal_maximum=outputs.arrays["temporal_maximum"],
        classes=classes,
    )


def _by_epoch(outputs: Outputs, place: str) -> dict[int, NDArray]:
    start = f"{place}/epoch_"
    found = {int(name.removeprefix(start)): data for name, data in outputs.arrays.items() if name.startswith(start)}
    return dict(sorted(found.items()))
