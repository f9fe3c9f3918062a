"""Declaration of the nearest neighbours, and what their jobs take."""

from typing import Any, Literal

from pydantic import Field

from uads.core.entry import Cost, Entry, Workload
from uads.core.settings import Settings
from uads.corpora.base import Corpus
from uads.detectors.base import (
    Detector,
    PerMachineSettings,
    clips_of,
    needs_training_clips,
    one_score_set,
    per_machine,
)
from uads.detectors.blocks import NoSettings, QuantileDecision
from uads.detectors.costs import COMBINE_SECTIONS
from uads.detectors.job import Member


class BackEnd(Settings):
    """Distance of clips."""

    distance: Literal["euclidean", "cosine"] = Field(
        "euclidean", description="Distance of two clips: euclidean suits decibels, cosine suits embeddings."
    )
    neighbours: int = Field(1, ge=1, description="Nearest training clips whose mean distance is the score.")


class KnnSettings(PerMachineSettings):
    """Settings of the nearest neighbours."""

    training: NoSettings = Field(NoSettings(), description="No settings: nothing is trained.")
    back_end: BackEnd = Field(BackEnd(), description="How clips are scored.")
    decision: QuantileDecision = Field(QuantileDecision(), description="When a clip counts as anomalous.")


def score_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of averaging all frames of the clips, one clip at a time."""
    shards = [shard for machine in member.machines for shard in clips_of(corpus, machine)]
    pooled = sizes.clips(*shards) * sizes.frame_bytes(settings.representation)
    return Workload(sizes.frames(settings.representation, *shards), resident_bytes=pooled)


SPEC = Detector(
    title="Nearest neighbours",
    reference="",
    methods="Nearest neighbours score a clip by the {back_end[distance]} distance between the mean over time of its "
    "{representation} frames and that of the nearest training clips of its section ({back_end[neighbours]}); nothing "
    "is trained.",
    Settings=KnnSettings,
    members=per_machine,
    score_sets=one_score_set("Nearest neighbours"),
    train=None,
    infer=None,
    score=Entry(
        "uads.detectors.knn.score:score",
        Cost(2, 5e-7, 250, 4, unit="frame", basis="estimated"),
        score_workload,
    ),
    combine=COMBINE_SECTIONS,
    missing=needs_training_clips,
)
