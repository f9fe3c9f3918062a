"""Declaration of MobileNetV2."""

from collections import Counter
from typing import Literal

from pydantic import Field

from uads.core.settings import Settings
from uads.corpora.base import Corpus
from uads.detectors.base import Detector, PerMachineSettings, one_score_set, per_machine
from uads.detectors.blocks import BaselineTraining, QuantileDecision
from uads.detectors.costs import COMBINE_PARTS
from uads.detectors.mobilenetv2.costs import INFER, SCORE, TRAIN


class Training(BaselineTraining):
    """Training of a classifier."""

    frames: int = Field(64, ge=32, description="Frames per image; shorter clips are repeated.")
    hop: int = Field(8, ge=1, description="Frames from one image of a training clip to the next.")
    test_hop: int = Field(1, ge=1, description="Frames from one image of a test clip to the next.")
    width: float = Field(0.5, gt=0, description="Width of the network relative to the published MobileNetV2 (alpha).")
    momentum: float = Field(
        0.999,
        ge=0,
        lt=1,
        description="Momentum of the running statistics of batch normalisation. With 0.999, as in Keras, they settle "
        "after ten thousand steps, with 0.9 after a hundred.",
    )
    epochs: int = Field(20, ge=1, description="Passes over the training data.")
    batch_size: int = Field(32, ge=1, description="Images per step.")
    learning_rate: float = Field(1e-5, gt=0, description="Learning rate of Adam.")
    max_images: int | None = Field(None, ge=1, description="Images per epoch, a new subset in each; null: all.")


class BackEnd(Settings):
    """The score of a clip."""

    formula: Literal["code", "documented"] = Field(
        "code",
        description="Formula of the score: as in the challenge's code, which made the published values, or as in its "
        "documentation.",
    )


class MobileNetV2Settings(PerMachineSettings):
    """Settings of MobileNetV2."""

    training: Training = Field(Training(), description="How the networks are trained.")
    back_end: BackEnd = Field(BackEnd(), description="How clips are scored.")
    decision: QuantileDecision = Field(QuantileDecision(), description="When a clip counts as anomalous.")


def missing(settings: MobileNetV2Settings, corpus: Corpus) -> str | None:
    """Return what is missing to classify sections."""
    together = Counter((machine, part) for machine, _, part in corpus.trained_parts)
    is_possible = bool(together) and min(together.values()) > 1
    return None if is_possible else "two sections of each machine and part to train on"


SPEC = Detector(
    title="MobileNetV2",
    reference="Kawaguchi et al., 2021",
    methods="MobileNetV2 is a baseline of DCASE 2021 Task 2 (Kawaguchi et al., 2021): a classifier of a machine's "
    "sections sees images of {training[frames]} frames of {representation}, and the score grows with its uncertainty "
    "about a clip's section. Each machine has a network for each part, trained for {training[epochs]} epochs.",
    Settings=MobileNetV2Settings,
    members=per_machine,
    score_sets=one_score_set("MobileNetV2 (baseline)"),
    train=TRAIN,
    infer=INFER,
    score=SCORE,
    combine=COMBINE_PARTS,
    missing=missing,
)
