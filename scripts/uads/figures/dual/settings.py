"""User settings of dual plots."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from uads.core.errors import UserError
from uads.figures.dual.palettes import PALETTES


@dataclass(frozen=True)
class Settings:
    """Settings of a dual plot.

    Attributes
    ----------
    size : (float, float), default (30, 15)
        Width and height of the figure in inches. Text, dots and shadows scale with it.
    dpi : int, default 300
        Pixels per inch of a PNG, and of the points in a PDF.
    seed : int, default 0
        Seed of the order in which the samples of a layer are drawn.
    palette : {"published", "colour_blind"}, default "published"
        The colours of the published study, or blue versus orange for source versus target.
    cross : bool, default False
        Whether a cross marks the mean position of low-energy samples.
    cross_skip, cross_average : int or "auto", default "auto"
        See :func:`uads.manifold.low_energy.find_cross`.
    external : bool, default True
        Whether the external corpora are drawn.
    shade_sections : bool, default False
        Whether a global plot distinguishes the sections of a machine by lightness.
    crop : (float, float, float, float) or "auto", optional
        Excerpt x0, x1, y0, y1 in UMAP units; "auto" shows the regions that annotations mark.
    annotate : bool, default False
        Whether regions found from the data are marked, see :func:`uads.figures.dual.regions.find_regions`.
    marker_scale : float, optional
        Factor on the published area of dots and shadows; by default derived from the number of samples.
    titles : mapping, optional
        Titles of representations and external corpora by name; by default their names.
    """

    size: tuple[float, float] = (30.0, 15.0)
    dpi: int = 300
    seed: int = 0
    palette: str = "published"
    cross: bool = False
    cross_skip: int | Literal["auto"] = "auto"
    cross_average: int | Literal["auto"] = "auto"
    external: bool = True
    shade_sections: bool = False
    crop: tuple[float, float, float, float] | Literal["auto"] | None = None
    annotate: bool = False
    marker_scale: float | None = None
    titles: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check that the settings can be drawn."""
        if self.palette not in PALETTES:
            raise UserError(f"palette is '{self.palette}': choose {' or '.join(PALETTES)}")
        if len(self.size) != 2 or min(self.size) <= 0 or self.dpi <= 0:
            raise UserError(f"size is {list(self.size)} inches at {self.dpi} dpi: give two positive lengths and dpi")
        if max(self.size) * self.dpi >= 2**16:
            raise UserError(f"a figure of {list(self.size)} inches at {self.dpi} dpi is too large: lower size or dpi")
        if isinstance(self.crop, tuple) and not (self.crop[0] < self.crop[1] and self.crop[2] < self.crop[3]):
            raise UserError(f"crop is {list(self.crop)}: give x0, x1, y0, y1 with x0 below x1 and y0 below y1")

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Settings":
        """Build settings from ``params``, with defaults for missing keys."""
        named: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in params.items()
        }
        return cls(**{own.name: named[own.name] for own in fields(cls) if own.name in named})
