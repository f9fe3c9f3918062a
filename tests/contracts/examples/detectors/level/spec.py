"""The mean level of a clip as its score, declared."""

from pydantic import Field

from uads.core.entry import Cost, Entry, Workload, constant_workload
from uads.detectors.base import Detector, PerMachineSettings, needs_training_clips, one_score_set, per_machine
from uads.detectors.blocks import NoSettings, QuantileDecision


class LevelSettings(PerMachineSettings):
    """Settings of the level."""

    training: NoSettings = Field(NoSettings(), description="No settings: nothing is trained.")
    back_end: NoSettings = Field(NoSettings(), description="No settings.")
    decision: QuantileDecision = Field(QuantileDecision(), description="When a clip counts as anomalous.")


SPEC = Detector(
    title="Mean level",
    reference="",
    methods="The mean level scores a clip by the mean of its {representation} frames.",
    Settings=LevelSettings,
    members=per_machine,
    score_sets=one_score_set("Mean level"),
    train=None,
    infer=None,
    score=Entry(
        "uads.detectors.level.score:score",
        Cost(2, 1e-7, 20000, unit="clip", basis="estimated"),
        lambda sizes, corpus, settings, member: Workload(sizes.clips(*corpus.shard_names("test"))),
    ),
    combine=Entry("uads.detectors.gamma:combine_sections", Cost(2, 0, 270, basis="estimated"), constant_workload),
    missing=needs_training_clips,
)
