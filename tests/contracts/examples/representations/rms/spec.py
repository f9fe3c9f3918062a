"""The root mean square of short windows, declared."""

from typing import Literal

from pydantic import Field

from uads.core.entry import Cost, Entry
from uads.representations.base import Representation, RepresentationSettings, describe_reading, extraction_workload


class RmsSettings(RepresentationSettings):
    """The root mean square of short windows."""

    kind: Literal["rms"] = Field("rms", description="The root mean square of short windows.")
    hop_length: int = Field(512, ge=1, description="Samples of a window.")


SPEC = Representation(
    title=lambda settings: "RMS",
    Settings=RmsSettings,
    extract=Entry(
        "uads.representations.rms.extract:extract",
        Cost(2, 1e-6, 290, unit="frame", basis="estimated"),
        extraction_workload,
    ),
    environment="spectrograms.yaml",
    bins=lambda settings: 1,
    frames=lambda settings, seconds: int(seconds * settings.sample_rate) // settings.hop_length,
    methods=lambda settings: (
        f"root mean square of windows of {settings.hop_length} samples of {describe_reading(settings)}"
    ),
)
