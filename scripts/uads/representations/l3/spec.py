"""OpenL3 embeddings, declared."""

from typing import Literal

from pydantic import Field

from uads.core.entry import Cost, Entry
from uads.corpora.published import Reference
from uads.representations.base import (
    Representation,
    RepresentationSettings,
    Weights,
    describe_reading,
    extraction_workload,
)

#: Seconds per window of the network.
WINDOW = 1.0


class L3Settings(RepresentationSettings):
    """OpenL3's embeddings of windows of one second."""

    kind: Literal["l3"] = Field("l3", description="OpenL3's embeddings of one second of sound.")
    seconds: float | None = Field(None, gt=0, description="Seconds that are embedded of each clip; null: all.")
    hop_seconds: float = Field(0.1, gt=0, description="Seconds from one frame to the next.")
    input_repr: Literal["linear", "mel128", "mel256"] = Field("linear", description="Input of OpenL3's network.")
    embedding_size: Literal[512, 6144] = Field(512, description="Numbers per frame.")
    computation: Literal["single", "bfloat16"] = Field(
        "single",
        description="Precision of the network's convolutions; bfloat16 is faster and rounds to 8 bits. Hardware "
        "without it computes in single precision; the attribute computation of a store says what was used.",
    )
    front_end: Literal["single", "double"] = Field(
        "single",
        description="Precision of resampling and of the spectrogram, the network's input. In single precision, which "
        "OpenL3 uses, much of it is rounding errors for clips below 48 kHz; they depend on the processor.",
    )
    weights: Literal["auto", "published", "stand_in"] = Field(
        "published",
        description="Weights of the network: published (downloaded), stand_in (random), or auto: published if they "
        "are in resources/openl3.",
    )


def frames(settings: L3Settings, seconds: float) -> int:
    """Count the frames of a clip."""
    heard = min(seconds, settings.seconds or seconds)
    return 1 + max(0, round((heard - WINDOW) / settings.hop_seconds))


def methods(settings: L3Settings) -> str:
    """Describe the embeddings for the methods page."""
    part = "" if settings.seconds is None else f"the first {settings.seconds:g} s of "
    precision = "; resampling and spectrogram in double precision" if settings.front_end == "double" else ""
    if settings.computation == "bfloat16":
        precision += "; convolutions in bfloat16 where the hardware has it"
    return (
        f"OpenL3 embeddings of one second of audio (Cramer et al., 2019; input {settings.input_repr}, "
        f"{settings.embedding_size} numbers, hop {settings.hop_seconds:g} s{precision}) "
        f"of {part}{describe_reading(settings)}"
    )


SPEC = Representation(
    title=lambda settings: "L3",
    Settings=L3Settings,
    extract=Entry(
        "uads.representations.l3.extract:extract",
        Cost(
            6,
            0.09791592612115589,
            1500,
            gpu_speedup=50,
            unit="frame",
            basis="measured on a CPU; the GPU's share assumed: 20 GFLOP per frame at 10 TFLOP/s",
        ),
        extraction_workload,
    ),
    environment="l3.yaml",
    bins=lambda settings: settings.embedding_size,
    frames=frames,
    methods=methods,
    uses_gpu=True,
    priority=10,
    weights=Weights(
        collection="openl3",
        file=lambda settings: f"openl3_audio_{settings.input_repr}_env-v0_4_0.h5",
        stand_in="OpenL3 runs with random stand-in weights",
        reference=Reference(
            "Weights of OpenL3",
            "CC-BY-4.0",
            "J. Cramer et al., Look, listen, and learn more: design choices for deep audio embeddings, ICASSP 2019",
        ),
    ),
)
