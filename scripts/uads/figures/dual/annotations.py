"""Annotations of an excerpt: the share of samples that it shows, and the regions found in it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from uads.figures.dual.canvas import Sheet, count_samples
from uads.figures.dual.legend import Block, Swatch
from uads.figures.dual.regions import KINDS, Region
from uads.figures.dual.style import FONT, NUMBER, PANEL_TITLE


def count_shown(sheet: Sheet) -> None:
    """Write above each panel how many of its dots the excerpt shows."""
    (x0, x1), (y0, y1) = sheet.left.get_xlim(), sheet.left.get_ylim()
    for panel in sheet.panels:
        for dots in panel.collections:
            if dots.get_label() == "dots":
                x, y = np.asarray(dots.get_offsets()).T
                shown = (x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)
                count_samples(panel, int(shown.sum()), sheet.scale, of=len(shown))


def region_key(regions: Sequence[Region]) -> Block:
    """Return the legend block that explains the numbered regions."""
    found = [region.kind for region in regions]
    rows = [([Swatch(NUMBER, "black", kind.number)], kind.meaning) for kind in KINDS if kind in found]
    return Block("regions", rows + [([None], f"no {kind.name} found") for kind in KINDS if kind not in found])


def mark_regions(sheet: Sheet, regions: Sequence[Region]) -> None:
    """Draw a circle around each region on both panels, with its number and name."""
    halo = [withStroke(linewidth=5 * sheet.scale, foreground="white")]
    for panel in sheet.panels:
        for region in regions:
            panel.add_patch(
                Circle(
                    (region.x, region.y),
                    region.radius,
                    fill=False,
                    edgecolor="black",
                    linewidth=2.6 * sheet.scale,
                    path_effects=halo,
                    zorder=12,
                )
            )
            panel.text(
                region.x,
                region.y + 1.12 * region.radius,
                f"{region.kind.number}  {region.kind.name}",
                ha="center",
                va="bottom",
                weight="bold",
                size=PANEL_TITLE * sheet.scale,
                color="black",
                path_effects=halo,
                zorder=13,
                clip_on=True,
                **FONT,
            )
