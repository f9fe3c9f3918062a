"""Declaration of the autoencoder."""

from pydantic import Field

from uads.detectors.autoencoder.costs import INFER, SCORE, TRAIN
from uads.detectors.base import Detector, PerMachineSettings, needs_training_clips, one_score_set, per_machine
from uads.detectors.blocks import BaselineTraining, NoSettings, QuantileDecision
from uads.detectors.costs import COMBINE_PARTS


class Training(BaselineTraining):
    """Training of an autoencoder."""

    stack: int = Field(5, ge=1, description="Frames per input.")
    epochs: int = Field(100, ge=1, description="Passes over the training data.")
    batch_size: int = Field(512, ge=1, description="Stacks per step.")
    learning_rate: float = Field(0.001, gt=0, description="Learning rate of Adam.")
    max_stacks: int | None = Field(None, ge=1, description="Stacks per epoch, a new subset in each; null: all.")


class AutoencoderSettings(PerMachineSettings):
    """Settings of the autoencoder."""

    training: Training = Field(Training(), description="How the networks are trained.")
    back_end: NoSettings = Field(NoSettings(), description="No settings.")
    decision: QuantileDecision = Field(QuantileDecision(), description="When a clip counts as anomalous.")


SPEC = Detector(
    title="Autoencoder",
    reference="Kawaguchi et al., 2021",
    methods="The autoencoder is a baseline of DCASE 2021 Task 2 (Kawaguchi et al., 2021): a dense network reconstructs "
    "stacks of {training[stack]} frames of {representation}, and the score is its mean squared error. Each machine has "
    "a network for each part, trained for {training[epochs]} epochs.",
    Settings=AutoencoderSettings,
    members=per_machine,
    score_sets=one_score_set("Autoencoder (baseline)"),
    train=TRAIN,
    infer=INFER,
    score=SCORE,
    combine=COMBINE_PARTS,
    missing=needs_training_clips,
)
