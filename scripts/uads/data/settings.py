"""Settings of how clips are read, stacked and sampled."""

from typing import Annotated, Literal

from pydantic import Field

from uads.core.settings import Distinct, Settings


class AudioSettings(Settings):
    """How clips are read, for all representations."""

    channel: Literal["mix"] | Annotated[int, Field(ge=0)] = Field(
        "mix", description="Which channel of a clip is used: mix (the mean of all), or its number, counted from 0."
    )
    resampling: Literal["soxr_vhq", "soxr_hq", "soxr_mq", "soxr_lq", "soxr_qq"] = Field(
        "soxr_hq",
        description="Quality at which clips of another rate are resampled, from best to fastest, by librosa's names.",
    )


class StackSettings(Settings):
    """The stacks of frames that UMAPs show."""

    sizes: Distinct[Annotated[int, Field(ge=1)]] = Field([1, 5, 10], min_length=1, description="Frames per stack, k.")
    energy: Literal["stack", "first_frame"] = Field(
        "stack", description="A stack's energy: of all its frames, or of the first one as in the published scripts."
    )


class Counts(Settings):
    """How many stacks are drawn from each dataset split, at most what it has."""

    test: int = Field(ge=0, description="Per test split.")
    train: int = Field(ge=0, description="Per training split.")
    external: int = Field(ge=0, description="Per external corpus.")


CountsPerSize = dict[Annotated[str, Field(pattern="^k[1-9][0-9]*$")], Counts]


class SampleSettings(Settings):
    """Random stacks per dataset split, at most what it has."""

    machine: CountsPerSize = Field(
        {
            "k1": Counts(test=20000, train=10000, external=10000),
            "k5": Counts(test=20000, train=10000, external=10000),
            "k10": Counts(test=20000, train=10000, external=0),
        },
        description="UMAPs of one machine: stack size (k1, k5 ...) to samples per split.",
    )
    global_: CountsPerSize = Field(
        {
            "k1": Counts(test=2000, train=1000, external=50000),
            "k5": Counts(test=2000, train=1000, external=50000),
            "k10": Counts(test=2000, train=2000, external=0),
        },
        alias="global",
        description="UMAPs of several machines: stack size (k1, k5 ...) to samples per split.",
    )
