"""Logarithmic STFT and mel spectrograms, declared."""

from typing import Literal

from pydantic import Field

from uads.core.entry import Cost, Entry
from uads.representations.base import Representation, RepresentationSettings, describe_reading, extraction_workload


class SpectrogramSettings(RepresentationSettings):
    """A logarithmic STFT or mel spectrogram."""

    kind: Literal["spectrogram"] = Field("spectrogram", description="A logarithmic STFT or mel spectrogram.")
    n_fft: int = Field(1024, ge=2, description="Window (Hann) in samples.")
    hop_length: int = Field(512, ge=1, description="Hop from one frame to the next in samples.")
    pad_mode: Literal["constant", "reflect"] = Field("constant", description="Padding at the ends of a clip.")
    amin: float = Field(1e-10, ge=1e-37, description="Smallest power.")
    top_db: int | float | None = Field(None, gt=0, description="Floor in dB below a clip's maximum; null: none.")
    n_mels: int | None = Field(None, ge=1, description="Mel bands; null: the bins of the STFT.")


def bins(settings: SpectrogramSettings) -> int:
    """Return the numbers per frame."""
    return settings.n_mels or settings.n_fft // 2 + 1


def frames(settings: SpectrogramSettings, seconds: float) -> int:
    """Count the frames of a clip."""
    return 1 + int(seconds * settings.sample_rate) // settings.hop_length


def title(settings: SpectrogramSettings) -> str:
    """Return the title in plots."""
    return "log-STFT" if settings.n_mels is None else "log-mel"


def methods(settings: SpectrogramSettings) -> str:
    """Describe the spectrogram for the methods page."""
    bands = "" if settings.n_mels is None else f"{settings.n_mels} bands, "
    floor = "" if settings.top_db is None else f", floored {settings.top_db:g} dB below a clip's maximum"
    return (
        f"{title(settings)} spectrogram as librosa defines it ({bands}window {settings.n_fft}, "
        f"hop {settings.hop_length} samples{floor}) of {describe_reading(settings)}"
    )


SPEC = Representation(
    title=title,
    Settings=SpectrogramSettings,
    extract=Entry(
        "uads.representations.spectrogram.extract:extract",
        Cost(2, 3.3145808067373422e-06, 290, unit="frame"),
        extraction_workload,
    ),
    environment="spectrograms.yaml",
    bins=bins,
    frames=frames,
    methods=methods,
    is_power=True,
    shares_pass=True,
)
