"""Settings of figures: how all plots are drawn, which ones, and what single ones have of their own."""

from typing import Annotated, Literal

from pydantic import Field

from uads.core.settings import UNSET, Distinct, PartialSettings, Settings

Palette = Literal["published", "colour_blind"]
Dpi = Annotated[int, Field(ge=10)]
Size = Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2, max_length=2)]
Crop = Annotated[list[float], Field(min_length=4, max_length=4)]
Skip = Literal["auto"] | Annotated[int, Field(ge=0)]
Average = Literal["auto"] | Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_-]*$")]
SKIP = "Samples of lowest energy that the cross leaves out; auto: 500, or 1 % below 50,000 samples."
AVERAGE = "Following samples whose mean is the cross; auto: 100, or 0.2 % below 50,000 samples, at least 10."


class DrawingSettings(PartialSettings):
    """What a single plot has of its own."""

    size: Size = Field(UNSET, description="Its width and height in inches.")
    dpi: Dpi = Field(UNSET, description="Its dots per inch.")
    palette: Palette = Field(UNSET, description="Its colours.")
    crop: Literal["auto"] | Crop | None = Field(
        None,
        description=(
            "The excerpt: auto (around the regions that annotations mark), or [x0, x1, y0, y1] in the UMAP's units."
        ),
    )
    annotate: bool = Field(False, description="Whether regions are found and numbered.")
    external: bool = Field(True, description="Whether external corpora are drawn.")
    cross: bool = Field(False, description="Whether the cross of the lowest energies is drawn.")
    cross_skip: Skip = Field("auto", description=SKIP)
    cross_average: Average = Field("auto", description=AVERAGE)
    shade_sections: bool = Field(
        False, description="Global plots: whether lightness distinguishes the sections of a machine."
    )
    marker_scale: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Factor on the published area of dots and discs; null: from the number of samples."
    )


class FigureSettings(DrawingSettings):
    """A figure of a paper, or a further one."""

    kind: Literal["global", "machine", "section"] = Field(description="Which plot it is.")
    umap: str = Field(UNSET, description="A name under umaps.more, in place of machine, representation and k.")
    machine: str = Field(UNSET, description="Its machine.")
    section: str = Field(UNSET, description="Its section.")
    representation: str = Field(UNSET, description="Its representation.")
    k: int = Field(UNSET, ge=1, description="Its stack size.")


class DpiSettings(Settings):
    """Resolution of each kind of plot."""

    global_: Dpi = Field(500, alias="global", description="Dots per inch of global plots.")
    machine: Dpi = Field(450, description="Dots per inch of machine plots.")
    section: Dpi = Field(300, description="Dots per inch of section plots.")


class SectionPlots(PartialSettings):
    """Which section plots to make; what is not set is not restricted."""

    sections: list[str] = Field(UNSET, description="Sections.")
    representations: list[str] = Field(UNSET, description="Representations.")
    stacks: list[int] = Field(UNSET, description="Stack sizes.")


class FiguresSettings(Settings):
    """The figures of a study."""

    size: Size = Field([30, 15], description="Width and height of every plot in inches.")
    dpi: DpiSettings = Field(DpiSettings(), description="Resolution of each kind of plot.")
    formats: Annotated[Distinct[Literal["png", "pdf"]], Field(min_length=1)] = Field(
        ["png"], description="Files per plot."
    )
    palette: Palette = Field("published", description="Colours of all plots.")
    shade_sections: bool = Field(
        False, description="Whether global plots distinguish the sections of a machine by lightness."
    )
    cross_skip: Skip = Field("auto", description=SKIP)
    cross_average: Average = Field("auto", description=AVERAGE)
    overrides: dict[Annotated[str, Field(pattern="^(global|machine|section)/.+$")], DrawingSettings] | None = Field(
        None,
        description=(
            "What single plots have of their own, by path without results folder and suffix, such as "
            "machine/pump_mel_k5."
        ),
    )
    section_plots: SectionPlots | None = Field(None, description="Which section plots to make; null for all.")
    paper: dict[Name, FigureSettings] | None = Field(
        None, description="Figures of papers, by name; those whose machine a study lacks are left out."
    )
    more: dict[Name, FigureSettings] | None = Field(
        None, description="Further figures, by name; they need not be of the paper."
    )
