"""Parameters of the L3 representation, and how many frames they give."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from uads.data.audio import resampled_length

#: Sample rate of the network in Hz, and samples per window, since a window lasts one second.
NETWORK_RATE = 48000


@dataclass(frozen=True)
class L3:
    """Parameters of the L3 representation.

    Parameters
    ----------
    sample_rate : int, default 16000
        Rate in Hz at which clips are read and normalised; OpenL3 resamples them to 48 kHz.
    normalise : {"absmax", "std", "none"}
    seconds : float, optional
        Duration to embed from the start of each clip; the entire clip by default.
    hop_seconds, window_seconds : float, default 0.1 and 1.0
        The window is fixed by the network and cannot be changed.
    input_repr : {"linear", "mel128", "mel256"}
    embedding_size : {512, 6144}
    computation : {"single", "bfloat16"}
        Precision of the convolutions: see :func:`uads.representations.l3.network.compile_network`.
    front_end : {"single", "double"}
        Precision of resampling and of the spectrogram, the input of the network.
    """

    sample_rate: int = 16000
    normalise: str = "absmax"
    seconds: float | None = None
    hop_seconds: float = 0.1
    window_seconds: float = 1.0
    input_repr: str = "linear"
    embedding_size: int = 512
    computation: str = "single"
    front_end: str = "single"

    @property
    def hop(self) -> int:
        """Samples from one frame to the next."""
        return round(self.hop_seconds * self.sample_rate)

    @property
    def window(self) -> int:
        """Samples per window."""
        return round(self.window_seconds * self.sample_rate)


def l3_from(parameters: Mapping[str, Any]) -> L3:
    """Build an :class:`L3` from the config's parameters, ignoring all others."""
    return L3(**{key: parameters[key] for key in L3.__dataclass_fields__ if key in parameters})


def count_frames(length: int, rate: int, l3: L3) -> int:
    """Count the frames of a clip of ``length`` samples at ``rate`` Hz, as OpenL3 resamples and pads it."""
    if l3.seconds is not None:
        length = min(length, ceil(l3.seconds * rate))
    samples = resampled_length(length, rate, l3.sample_rate)
    if not samples:
        return 0
    heard = int(samples * (NETWORK_RATE / l3.sample_rate))
    return 1 + max(0, ceil((heard - NETWORK_RATE) / int(l3.hop_seconds * NETWORK_RATE)))
