"""Scores by the nearest training clips."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from uads.detectors.job import Job, Member
from uads.learning.clip_frames import ClipFrames


def score(frames: ClipFrames, member: Member, settings: Mapping[str, Any], job: Job) -> pd.DataFrame:
    """Compute each clip's mean distance to the nearest training clips of its section; a clip is not its own neighbour.

    Parameters
    ----------
    frames : ClipFrames
        Training and test clips.
    member : Member
    settings : mapping
        distance (euclidean or cosine), neighbours (fewer where a section has fewer training clips).
    job : Job

    Returns
    -------
    DataFrame
        clip, distance: NaN in sections without training clips, 0 for the only training clip of a section.
    """
    clips = frames.clips
    pooled = np.stack([np.mean(frames[clip], axis=0, dtype=np.float64) for clip in range(len(frames))])
    is_training = (clips["split"] == "train").to_numpy()
    found = np.full(len(clips), np.nan)
    groups: dict[Any, Any] = dict(clips.groupby(["machine", "section"]).indices)
    for rows in groups.values():
        trained = rows[is_training[rows]]
        if len(trained):
            distances = measure_distances(pooled[rows], pooled[trained], settings["distance"])
            distances[rows[:, None] == trained] = np.inf
            found[rows] = nearest(distances, settings["neighbours"])
    return clips[["clip"]].assign(distance=found)


def measure_distances(samples: NDArray[np.float64], references: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """Compute the distances [n, m] of samples [n, d] and references [m, d]; cosine: (1 - cos) / 2, 1/2 to zeros."""
    if kind == "euclidean":
        return np.asarray(cdist(samples, references), np.float64)
    lengths = [np.linalg.norm(values, axis=1, keepdims=True) for values in (samples, references)]
    one, other = (
        values / np.where(length > 0, length, 1) for values, length in zip((samples, references), lengths, strict=True)
    )
    return np.clip((1 - one @ other.T) / 2, 0, 1)


def nearest(distances: NDArray[np.float64], neighbours: int) -> NDArray[np.float64]:
    """Return the mean [n] of the smallest distances [n, m] that are finite; 0 where there is none."""
    closest = np.sort(distances, axis=1)[:, :neighbours]
    counted = np.isfinite(closest)
    total = np.where(counted, closest, 0).sum(axis=1)
    return total / np.maximum(counted.sum(axis=1), 1)
