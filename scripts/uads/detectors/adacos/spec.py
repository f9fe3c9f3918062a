"""Declaration of sub-cluster AdaCos."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field, field_validator, model_validator

from uads.core.settings import Settings
from uads.corpora.base import Corpus
from uads.detectors.adacos import VARIANTS
from uads.detectors.adacos.costs import COMBINE, INFER, SCORE, TRAIN
from uads.detectors.base import Detector, DetectorSettings, ScoreSet, own_inputs
from uads.detectors.blocks import QuantileDecision
from uads.detectors.job import Member

Variant = Literal["one_head", "two_heads"]
LABELS = {"one_head": "Sections", "two_heads": "Sections and attributes"}
ENSEMBLE = "Sub-cluster AdaCos is the sum over the networks of all loss variants (the score set “ensemble”)."
CHOICE = (
    "Sub-cluster AdaCos is, for each machine, the sum over the networks of the loss variant that the config chooses "
    "for it (the score set “choice”, section 2.5 of the paper)."
)
DENSITY = (
    "Local density normalisation is a separate back end on the same embeddings. It was published later and is not part "
    "of the paper's system, so it is not considered for the best value."
)
PUBLISHED_CHOICE: dict[str, Variant] = {
    "ToyCar": "two_heads",
    "ToyTrain": "two_heads",
    "pump": "two_heads",
    "slider": "two_heads",
    "fan": "one_head",
    "gearbox": "one_head",
    "valve": "one_head",
}


class Training(Settings):
    """Training of one network."""

    trainable_centres: bool = Field(True, description="Whether the centres are trained; else they stay random.")
    scale_limit: float | None = Field(
        None, gt=0, description="Upper bound of the scale as a multiple of its initial value; null: none, as published."
    )
    epochs: int = Field(400, ge=1, description="Passes over the training data.")
    checkpoints: list[int] = Field(
        [100, 200, 300, 400], min_length=1, description="Epochs whose embeddings are scored; their scores are summed."
    )
    batch_size: int = Field(64, ge=1, description="Clips per step.")
    learning_rate: float = Field(0.001, gt=0, description="Learning rate of Adam.")
    weight_decay: float = Field(1e-5, ge=0, description="L2 penalty of the network's weights.")
    embedding_size: int = Field(128, ge=2, description="Length of an embedding.")
    frames: int = Field(313, ge=16, description="Frames per clip; shorter clips are repeated.")
    mixup: bool = Field(True, description="Whether clips are mixed in training.")
    class_weights: Literal["balanced", "none"] = Field("balanced", description="Whether rare classes weigh more.")
    precision: Literal["auto", "single", "mixed"] = Field(
        "auto",
        description="Precision of training. mixed: half precision (bfloat16) where it suffices; auto: mixed on a GPU, "
        "else single.",
    )
    training_data: Literal["auto", "mapped", "device"] = Field(
        "auto",
        description="Where training clips are kept. mapped: read batch by batch; device: all on it, in half precision "
        "(80 kB for 10 s); auto: device on a GPU, else mapped.",
    )

    @field_validator("checkpoints")
    @classmethod
    def _are_positive(cls, checkpoints: list[int]) -> list[int]:
        if min(checkpoints) < 1 or len(set(checkpoints)) < len(checkpoints):
            raise ValueError("list different epochs, counted from 1")
        return checkpoints

    @model_validator(mode="after")
    def _fit_together(self) -> "Training":
        if max(self.checkpoints) > self.epochs:
            raise ValueError(f"checkpoints: training ends after {self.epochs} epochs: lower them or raise epochs")
        if not self.mixup and self.scale_limit is None:
            raise ValueError("without mixup, the published scale grows without bound: set scale_limit: 2.0")
        return self


class BackEnd(Settings):
    """Scores of embeddings."""

    reg_covar: float = Field(1e-3, ge=0, description="Added to the diagonal of every covariance.")
    weighted: bool = Field(True, description="Whether likelihoods are multiplied by mixture weights, as in the paper.")
    target_components: int = Field(3, ge=1, description="Gaussians of the target clips of a section.")
    maximum_machines: list[str] = Field(
        ["valve"], description="Machines whose source score has a term for the temporal maximum (Eq. 4)."
    )
    density_neighbours: int | None = Field(
        None,
        ge=1,
        description="Neighbours that measure the local density around a training clip, for the score set density; "
        "null: no such score set.",
    )


class Decision(QuantileDecision):
    """How scores are combined, and when a clip counts as anomalous."""

    choice: dict[str, Variant] = Field(
        PUBLISHED_CHOICE,
        description="Variant that scores each machine in the score set choice; machines without one are scored by the "
        "sum over all variants.",
    )


class AdaCosSettings(DetectorSettings):
    """Settings of sub-cluster AdaCos."""

    variants: list[Variant] = Field(
        ["one_head", "two_heads"],
        min_length=1,
        description="Loss variants, an ensemble of networks each. one_head: networks that classify sections; "
        "two_heads: sections and attributes.",
    )
    sub_clusters: list[int] = Field(
        [1, 2, 4, 8, 16], min_length=1, description="Sub-clusters per class; one network of each variant for each."
    )
    seeds: int = Field(1, ge=1, description="Networks of each variant and number of sub-clusters.")
    training: Training = Field(Training(), description="How the networks are trained.")
    back_end: BackEnd = Field(BackEnd(), description="How embeddings are scored.")
    decision: Decision = Field(Decision(), description="How scores are combined, and when a clip is anomalous.")

    @model_validator(mode="after")
    def _are_different(self) -> "AdaCosSettings":
        for key, values in (("variants", self.variants), ("sub_clusters", self.sub_clusters)):
            if len(set(values)) < len(values):
                raise ValueError(f"{key}: list each value once")
        if min(self.sub_clusters) < 1:
            raise ValueError("sub_clusters: at least 1")
        return self


def members(settings: AdaCosSettings, corpus: Corpus) -> list[Member]:
    """List one network for each loss variant, number of sub-clusters and seed."""
    return [
        Member(
            f"{variant}_s{sub_clusters}_seed{seed}",
            tuple(corpus.machines),
            {"variant": variant, "heads": VARIANTS[variant], "sub_clusters": sub_clusters},
        )
        for variant in settings.variants
        for sub_clusters in settings.sub_clusters
        for seed in range(settings.seeds)
    ]


def score_sets(settings: AdaCosSettings, members: Sequence[Member]) -> dict[str, ScoreSet]:
    """Declare the ensemble; of several variants the choice per machine and each one; local density normalisation."""
    everything = own_inputs(members)
    found = {"": ScoreSet("Sub-cluster AdaCos", everything, note=ENSEMBLE)}
    if len(settings.variants) > 1:
        found["choice"] = ScoreSet("Sub-cluster AdaCos", everything, "choice", note=CHOICE)
        for variant in settings.variants:
            own = own_inputs([member for member in members if member.overrides["variant"] == variant])
            found[variant] = ScoreSet(LABELS[variant], own)
    if settings.back_end.density_neighbours:
        label = "AdaCos, local density normalisation"
        found["density"] = ScoreSet(label, everything, "density", control=True, note=DENSITY)
    return found


def missing(settings: AdaCosSettings, corpus: Corpus) -> str | None:
    """Return what is missing to learn to distinguish classes."""
    return None if len(corpus.trained) > 1 else "two sections to train on"


SPEC = Detector(
    title="Sub-cluster AdaCos",
    reference="Wilkinghoff, 2021",
    methods="Sub-cluster AdaCos embeds {training[frames]} frames of {representation} with networks that learn to "
    "distinguish sections and attributes, and scores the embeddings by Gaussian mixtures of training clips "
    "(Wilkinghoff, 2021). The networks are trained for {training[epochs]} epochs.",
    Settings=AdaCosSettings,
    members=members,
    score_sets=score_sets,
    train=TRAIN,
    infer=INFER,
    score=SCORE,
    combine=COMBINE,
    missing=missing,
    reads_test_domain=True,
)
