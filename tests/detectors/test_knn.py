"""The nearest neighbours, compared with plain loops."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from uads.detectors.gamma import combine_sections as combine
from uads.detectors.job import Job, Member
from uads.detectors.knn.score import measure_distances, score
from uads.detectors.score_sets import gamma_threshold
from uads.learning.clip_frames import ClipFrames

BINS = 5
FAN, JOB = Member("fan", ("fan",)), Job(1, "knn")


@pytest.fixture
def frames():
    rng = np.random.default_rng(2)
    rows = [("00", "train")] * 6 + [("00", "test")] * 3 + [("01", "train")] + [("01", "test")] * 2 + [("02", "test")]
    clips = pd.DataFrame(rows, columns=["section", "split"]).assign(machine="fan", part="development")
    clips = clips.assign(clip=[f"clip_{i:02d}" for i in range(len(rows))])
    lengths = [4 + i % 3 for i in range(len(rows))]
    values = rng.normal(-40, 5, (sum(lengths), BINS)).astype(np.float32)
    return ClipFrames([SimpleNamespace(clips=clips, frames=values, offsets=np.concatenate([[0], np.cumsum(lengths)]))])


def distance(one, other, kind):
    if kind == "euclidean":
        return np.sqrt(np.sum((one - other) ** 2))
    return (1 - one @ other / np.sqrt(one @ one) / np.sqrt(other @ other)) / 2


@pytest.mark.parametrize("kind", ["euclidean", "cosine"])
@pytest.mark.parametrize("neighbours", [1, 3])
def test_scores_are_distances_to_other_training_clips_of_the_section(frames, kind, neighbours):
    found = score(frames, FAN, {"distance": kind, "neighbours": neighbours}, JOB)["distance"]
    pooled = [np.mean(frames[clip].astype(float), axis=0) for clip in range(len(frames))]
    for clip, row in frames.clips.iterrows():
        is_reference = (frames.clips["section"] == row["section"]) & (frames.clips["split"] == "train")
        references = [other for other in np.flatnonzero(is_reference) if other != clip]
        each = sorted(distance(pooled[clip], pooled[other], kind) for other in references)[:neighbours]
        if each:
            assert found[clip] == pytest.approx(np.mean(each), abs=1e-9)
    assert found[9] == 0, "the only training clip of its section"
    assert np.isnan(found[12]), "no training clip of its section"


def test_thresholds_are_of_the_training_clips_of_a_section(frames):
    components = score(frames, FAN, {"distance": "euclidean", "neighbours": 1}, JOB)
    table = combine(frames.clips, [(FAN, components)], "sum", {"quantile": 0.9})
    assert len(table) == 12, "no clip of a section without training clips"
    assert set(table["threshold"][:9]) == {gamma_threshold(components["distance"][:6].to_numpy())}
    np.testing.assert_array_equal(table["decision"], table["score"] > table["threshold"])


def test_a_silent_clip_has_a_cosine_distance():
    assert measure_distances(np.zeros((1, 3)), np.ones((1, 3)), "cosine") == 0.5
