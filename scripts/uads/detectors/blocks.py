"""Blocks of settings that several kinds of detectors have."""

from pydantic import Field

from uads.core.settings import Settings


class QuantileDecision(Settings):
    """When a clip counts as anomalous."""

    quantile: float = Field(
        0.9, gt=0, lt=1, description="Quantile of the training scores' distribution that is the threshold."
    )


class BaselineTraining(Settings):
    """Training of a model with validation, as in the challenge's baselines."""

    epochs: int = Field(ge=1, description="Passes over the training data.")
    batch_size: int = Field(ge=1, description="Inputs per step.")
    learning_rate: float = Field(gt=0, description="Learning rate of Adam.")
    validation_split: float = Field(0.1, ge=0, le=0.9, description="Share of the training data held out.")


class NoSettings(Settings):
    """A block without settings."""
