"""Frames of a representation: how many a clip has, and what they take."""

from collections.abc import Mapping
from typing import Any

BYTES_PER_NUMBER = 4
#: On the disk, by a representation's precision.
STORED_BYTES_PER_NUMBER = {"single": 4, "half": 2}
EMBEDDING_SECONDS = 1.0


def frames_of_clip(settings: Mapping[str, Any], seconds: float) -> int:
    """Count the frames of a clip of some length."""
    seconds = min(seconds, settings.get("seconds") or seconds)
    if settings["kind"] == "l3":
        return 1 + max(0, round((seconds - EMBEDDING_SECONDS) / settings["hop_seconds"]))
    return 1 + int(seconds * settings["sample_rate"]) // settings["hop_length"]


def bins(settings: Mapping[str, Any]) -> int:
    """Count the numbers of a frame."""
    if settings["kind"] == "l3":
        return settings["embedding_size"]
    return settings.get("n_mels") or settings["n_fft"] // 2 + 1


def stored_frame_bytes(settings: Mapping[str, Any]) -> int:
    """Return the bytes that a frame takes on the disk, before it is compressed."""
    return bins(settings) * STORED_BYTES_PER_NUMBER[settings.get("precision", "single")]
