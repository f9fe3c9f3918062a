"""Settings of a whole study: every key of the config."""

from typing import Annotated, Any

from pydantic import Field

from uads.core.settings import Distinct, Settings
from uads.corpora.settings import BadClipSettings, CorpusSettings, DownloadSettings
from uads.data.settings import AudioSettings, SampleSettings, StackSettings
from uads.figures.settings import FiguresSettings
from uads.manifold.settings import UmapSettings
from uads.study.benchmarks import BenchmarkSettings


class StudySettings(Settings):
    """The config of a study.

    Entries of ``representations`` and ``detectors`` have settings of their kind, see :mod:`uads.study.kinds`.
    """

    study: str = Field(
        pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
        description="Name of the study; all its outputs are written to results/<study>/.",
    )
    seed: int = Field(ge=0, description="Every random choice derives from it.")
    corpora: list[CorpusSettings] = Field(
        min_length=1,
        description="Where clips come from; one corpus of machines and any number of external ones.",
    )
    downloads: DownloadSettings = Field(DownloadSettings(), description="How files are downloaded.")
    audio: AudioSettings = Field(AudioSettings(), description="How clips are read, for all representations.")
    bad_clips: BadClipSettings = Field(
        BadClipSettings(),
        description="What happens to clips that are not as they should be; every one of them is listed in the report.",
    )
    representations: dict[Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9]*$")], dict[str, Any]] = Field(
        description="Named sets of parameters that turn clips into frames."
    )
    stacks: StackSettings = Field(StackSettings(), description="The stacks of frames that UMAPs show.")
    samples: SampleSettings = Field(
        SampleSettings(), description="Random stacks per dataset split, at most what it has."
    )
    umaps: UmapSettings = Field(description="The UMAPs of a study.")
    figures: FiguresSettings = Field(FiguresSettings(), description="The figures of a study.")
    scores: Distinct[str] = Field(min_length=1, description="The detectors that are trained and score the test clips.")
    detectors: dict[str, dict[str, Any] | None] = Field(
        {}, description="Named detectors, each with the settings of its kind."
    )
    tables: Distinct[str] = Field([], description="Tables to make.")
    benchmarks: BenchmarkSettings = Field(BenchmarkSettings(), description="What the target benchmarks measures with.")
