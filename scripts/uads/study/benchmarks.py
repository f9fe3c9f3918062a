"""Settings of the target ``benchmarks``: what it measures with."""

from typing import Annotated

from pydantic import Field

from uads.core.settings import Distinct, Settings


class BenchmarkSettings(Settings):
    """What the target ``benchmarks`` measures with."""

    clips: str | None = Field(
        None, description="A folder of audio, from the working folder; null for generated clips of 10 s."
    )
    count: int = Field(400, ge=2, description="Clips whose spectrograms are extracted.")
    l3_count: int = Field(6, ge=1, description="Clips that are embedded.")
    training_clips: int = Field(1280, ge=64, description="Clips of an epoch of the training that is timed.")
    training_store: int = Field(
        42000,
        ge=1000,
        description=(
            "Clips of the store with which the memory of a training is measured; the store has no frames on the disk."
        ),
    )
    frames: int = Field(
        5000000,
        ge=100000,
        description=(
            "Frames in the store whose stacks are sorted, sampled and gathered: 512 bytes each, and half as many again."
        ),
    )
    umap_samples: int = Field(10000, ge=5000, description="Samples of each of the nine UMAPs.")
    layout_samples: Annotated[Distinct[int], Field(min_length=1)] = Field(
        [10000, 20000, 100000], description="Samples of each layout that is compared with umap-learn's; up to 200,000."
    )
    layout_seeds: int = Field(3, ge=1, description="Seeds of each of these layouts.")
    exact_samples: int = Field(20000, ge=1000, description="Samples whose true neighbours are searched.")
    largest: bool = Field(
        False,
        description=(
            "Whether a machine's largest subsets of the published study are searched and laid out, too: half an hour "
            "and 9 GB of memory."
        ),
    )
    machines: int = Field(
        70,
        ge=2,
        description=(
            "Machines of the study of own clips whose dry run and plan are timed: 12,000 lines of CSV and 120 jobs "
            "each. Nothing of it is run."
        ),
    )
    rounds: int = Field(5, ge=1, description="Each number is the median of so many rounds.")
