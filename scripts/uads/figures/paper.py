"""The figures of the paper: dual plots with an excerpt, annotations, or without external data."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.patheffects import withStroke

from uads.errors import UserError
from uads.figures.canvas import FONT, NUMBER, PANEL_TITLE, Block, Sheet, Swatch, count_samples, show_window
from uads.figures.dual import drawn_samples, global_sheet, machine_sheet, sample_kinds, section_sheet
from uads.figures.regions import KINDS, Region, excerpt, find_regions
from uads.figures.settings import Settings


def plot_paper_figure(
    table: pd.DataFrame, metadata: Mapping[str, Any], figure: Mapping[str, Any], settings: Settings
) -> Figure:
    """Draw one figure of the paper.

    Parameters
    ----------
    table, metadata
        A UMAP table of the figure's scope, representation and stack size, and what it carries.
    figure : mapping
        ``kind`` (global, machine or section), ``section`` (for a section), ``external`` (default True),
        ``cross`` (default False), ``annotate`` (default False: whether regions found from the data are
        marked), ``crop`` (default None: all; ``auto``: around those regions; or x0, x1, y0, y1).
    settings : Settings

    Raises
    ------
    UserError
        If the kind is not known.
    """
    settings = replace(settings, external=figure.get("external", True), cross=figure.get("cross", False))
    samples = drawn_samples(table, settings)
    crop, annotate = figure.get("crop"), figure.get("annotate", False)
    regions = regions_of(samples) if annotate or crop == "auto" else []
    notes = [region_key(regions)] if annotate else []
    kind = figure.get("kind")
    if kind == "global":
        sheet = global_sheet(samples, metadata, settings, notes)
    elif kind == "machine":
        sheet = machine_sheet(samples, metadata, settings, notes)
    elif kind == "section":
        sheet = section_sheet(samples, metadata, str(figure.get("section")), settings, notes)
    else:
        raise UserError(f"the kind of a paper figure is '{kind}', allowed are global, machine, section")
    if crop == "auto":
        show_window(sheet, excerpt(regions, samples["x"].to_numpy(), samples["y"].to_numpy()))
    elif crop is not None:
        show_window(sheet, crop)
    if crop is not None:
        count_shown(sheet)
    if annotate:
        mark_regions(sheet, regions)
    return sheet.figure


def regions_of(samples: pd.DataFrame) -> list[Region]:
    """Find the regions of the samples that are drawn."""
    return find_regions(samples["x"].to_numpy(np.float64), samples["y"].to_numpy(np.float64), sample_kinds(samples))


def count_shown(sheet: Sheet) -> None:
    """Write above each panel how many of its dots the excerpt shows."""
    (x0, x1), (y0, y1) = sheet.left.get_xlim(), sheet.left.get_ylim()
    for panel in sheet.panels:
        for dots in panel.collections:
            if dots.get_label() == "dots":
                x, y = np.asarray(dots.get_offsets()).T
                count_samples(panel, int(((x0 <= x) & (x <= x1) & (y0 <= y) & (y <= y1)).sum()), sheet.scale)


def region_key(regions: Sequence[Region]) -> Block:
    """Say in the legend what the numbered regions show."""
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
                **FONT,
            )
