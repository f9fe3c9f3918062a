"""What a kind of representation declares.

Each kind is a folder of this one with a module ``spec`` that holds a :class:`Representation` named ``SPEC``; the
folder's name is the ``kind`` that the config names. Specs are declarations: no job imports them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from uads.core.entry import Entry, Workload
from uads.core.settings import Settings
from uads.corpora.published import Reference

#: What a clip is divided by, in words.
NORMALISATIONS = {
    "absmax": "their mean is removed and they are divided by their absolute maximum",
    "std": "their mean is removed and they are divided by their standard deviation",
    "none": "they are not normalised",
}


class RepresentationSettings(Settings):
    """What all kinds have in common. A kind adds its own ``kind``."""

    sample_rate: int = Field(16000, ge=1, description="Rate in Hz at which clips are read; others are resampled.")
    normalise: Literal["absmax", "std", "none"] = Field(
        "absmax", description="What a clip is divided by, once its mean is removed; none: the clip is taken as it is."
    )
    clips_per_split: int | None = Field(
        None, ge=1, description="Clips of each dataset split and label; null: all clips. Detectors need all."
    )
    clips_per_external_shard: int | None = Field(
        None, ge=1, description="Clips of each shard of an external corpus; null: all clips."
    )
    precision: Literal["single", "half"] = Field(
        "single",
        description="Precision of stored frames; half needs half the disk and rounds to 11 bits (decibels by up to "
        "0.03); computations are in single precision.",
    )
    compression: Literal["none", "lzf", "gzip"] = Field(
        "none",
        description="Compression of stored frames; none is memory-mapped, lzf and gzip are lossless and need less "
        "disk and more time.",
    )


@dataclass(frozen=True)
class Weights:
    """Published weights of a network that a kind uses, or random ones that stand in for them.

    The settings of such a kind have a key ``weights``: ``published``, ``stand_in`` or ``auto`` (published if they are
    there already).

    Attributes
    ----------
    collection : str
        Name of the weights in the dataset table, and of their folder.
    file : callable
        From the settings to the name of the unpacked file; the dataset table lists it with the suffix ``.gz``.
    stand_in : str
        Sentence that is shown with every result of random weights.
    reference : Reference
    """

    collection: str
    file: Callable[[Any], str]
    stand_in: str
    reference: Reference


@dataclass(frozen=True)
class Representation:
    """A kind of representation: what turns clips into frames.

    Attributes
    ----------
    title : callable
        From the settings to the title in plots.
    Settings : type
        A :class:`RepresentationSettings`; every default is the papers' value.
    extract : Entry
        Writes the feature stores of one shard: ``extract(clips, outputs, settings, audio, weights, seed, threads)``,
        with ``outputs`` and ``settings`` by representation.
    environment : str
        Name of its environment file.
    bins : callable
        From the settings to the numbers per frame.
    frames : callable
        From the settings and the seconds of a clip to its number of frames.
    methods : callable
        From the settings to a clause for the methods page, which follows the representation's name.
    is_power : bool, default False
        Whether frames are powers, so that their energy is that of the sound.
    shares_pass : bool, default False
        Whether several representations are extracted from one pass over the clips.
    uses_gpu : bool, default False
    priority : int, default 0
        Of its jobs.
    weights : Weights, optional
    """

    title: Callable[[Any], str]
    Settings: type[RepresentationSettings]
    extract: Entry
    environment: str
    bins: Callable[[Any], int]
    frames: Callable[[Any, float], int]
    methods: Callable[[Any], str]
    is_power: bool = False
    shares_pass: bool = False
    uses_gpu: bool = False
    priority: int = 0
    weights: Weights | None = None


def kinds() -> dict[str, Representation]:
    """Return the declaration of every kind of representation."""
    names = sorted(path.parent.name for path in Path(__file__).parent.glob("*/spec.py"))
    return {name: import_module(f"uads.representations.{name}.spec").SPEC for name in names}


def extraction_workload(sizes: Any, names: Sequence[str], shard: str) -> Workload:
    """Return the work of extracting some representations of a shard in one pass.

    Parameters
    ----------
    sizes : uads.study.sizes.Sizes
    names : sequence of str
        The representations.
    shard : str
    """
    written = sum(sizes.stored_bytes(name, shard) for name in names)
    return Workload(max(sizes.frames(name, shard) for name in names), output_bytes=written)


def describe_reading(settings: RepresentationSettings) -> str:
    """Describe at which rate clips are read, and how they are normalised."""
    return f"clips at {settings.sample_rate / 1000:g} kHz; {NORMALISATIONS[settings.normalise]}"
