"""Settings of corpora: where clips come from, how files are downloaded, what happens to bad clips."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from uads.core.settings import UNSET, OneOf, PartialSettings, Settings, missing_key
from uads.corpora.layouts import LAYOUTS

#: What may happen to a bad clip that can still be used, and to one that cannot.
Usable = Literal["keep", "skip", "stop"]
Unusable = Literal["skip", "stop"]


class PlantSize(PartialSettings):
    """Size of a synthesized corpus, for trials; the frozen embedded corpus leaves it out."""

    train_source: int = Field(UNSET, ge=1, description="Source training clips per section.")
    train_target: int = Field(UNSET, ge=0, description="Target training clips per section.")
    test: int = Field(UNSET, ge=1, description="Test clips per section, domain and label.")
    seconds: float = Field(UNSET, gt=0, description="Length of a clip.")
    fragments: int = Field(UNSET, ge=1, description="Clips of the AudioSet stand-in.")
    engine_clips: int = Field(UNSET, ge=1, description="Clips per class and split of the IDMT stand-in.")


class CorpusSettings(PartialSettings):
    """One corpus."""

    name: str = Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.]*$", description="Name of the corpus in paths and legends.")
    role: Literal["machines", "external"] = Field(
        description="Machines are under study; external corpora are drawn beside them."
    )
    source: Literal["synthesize", "download", "table", "folder"] = Field(
        description="Made by the workflow, downloaded, a CSV of your clips, or a folder of audio."
    )
    layout: Annotated[str, OneOf(tuple(LAYOUTS))] = Field(
        UNSET,
        description="How files are named; needed for synthesize and download.",
    )
    path: str = Field(
        UNSET,
        description=(
            "From the working folder: the CSV (source table), the folder of audio (source folder), or a folder with "
            "archives or unpacked archives that are there already and are only read (source download)."
        ),
    )
    machines: list[str] = Field(UNSET, description="Which machines to study; for a table all of them by default.")
    sections: list[str] = Field(UNSET, description="Which sections to study; for a table all of them by default.")
    ground_truth: Literal["official", "attributes"] = Field(
        "official",
        description=(
            "Which lists contain label and domain of evaluation clips where they disagree (2022: ToyCar, ToyTrain): "
            "those the challenge scored with (the default), or the later ones with attributes."
        ),
    )
    stand_in: str = Field(
        UNSET, description="Shown with everything that shows the corpus, where its clips stand in for real ones."
    )
    shards: int = Field(1, ge=1, description="Over how many feature stores an external corpus is spread (default 1).")
    plant: PlantSize = Field(
        PlantSize(), description="Size of a synthesized corpus, for trials; the frozen embedded corpus leaves it out."
    )

    @model_validator(mode="after")
    def _has_what_its_source_needs(self) -> "CorpusSettings":
        made = self.source in ("synthesize", "download")
        needed = ["layout"] if made else ["path"]
        needed += ["machines", "sections"] if made and self.role == "machines" else []
        for name in needed:
            if getattr(self, name) is None:
                raise missing_key(name)
        return self


class DownloadSettings(Settings):
    """How files are downloaded."""

    base: Annotated[str, Field(pattern="^https?://[^/]")] | None = Field(
        None,
        description=(
            "Replaces scheme and host of all addresses in config/datasets.csv, as of a mirror site; null for none."
        ),
    )
    attempts: int = Field(6, ge=1, description="Consecutive attempts without data before an address is given up.")
    timeout: float = Field(60, gt=0, description="Seconds without data before an attempt fails.")
    keep_archives: bool = Field(True, description="Whether archives stay after they are unpacked.")


class BadClipSettings(Settings):
    """What happens to clips that are not as they should be; every one of them is listed in the report."""

    silent: Usable = Field("keep", description="All samples have one value; kept unscaled.")
    empty: Unusable = Field("skip", description="The file holds no samples.")
    short: Usable = Field(
        "skip", description="The clip is shorter than shorter_than; a detector of stacks refuses one without a stack."
    )
    shorter_than: float = Field(
        0.128, ge=0, description="In seconds: below that a clip is short. By default 5 frames of the spectrograms."
    )
    truncated: Usable = Field("stop", description="The file ends before the sound that its header promises.")
    non_finite: Unusable = Field("stop", description="Samples are NaN, infinite or beyond 2^31.")
    unreadable: Unusable = Field(
        "stop", description="The file is no audio, is damaged, contradicts itself, or lacks the channel."
    )
