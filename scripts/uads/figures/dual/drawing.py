"""Layers of a dual plot: shadows, dots, cross, small print.

A reader compares the panels for two qualities: a simple boundary between left and right dots
(separability), and shadows below the left dots but not below the right ones (discriminative support).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.colors import to_rgba_array
from matplotlib.figure import Figure
from numpy.typing import NDArray

from uads.figures.dual.annotations import count_shown, mark_regions, region_key
from uads.figures.dual.canvas import (
    Sheet,
    count_samples,
    draw_cross,
    fit_limits,
    make_sheet,
    say_empty,
    scatter,
    show_window,
)
from uads.figures.dual.legend import Block, Swatch
from uads.figures.dual.marks import MARKS, dot_area_scale, shadow_area_scale, shadow_opacity
from uads.figures.dual.palettes import PALETTES, external_colours
from uads.figures.dual.regions import excerpt, find_regions
from uads.figures.dual.samples import (
    FAMILIES,
    LABELS,
    external_corpora,
    is_target,
    is_test,
    sample_families,
)
from uads.figures.dual.settings import Settings
from uads.figures.dual.shadows import Shadows
from uads.figures.dual.style import CROSS, DISC, PANEL_TITLES, ROUND, TRIANGLE
from uads.manifold.low_energy import Cross, find_cross

EDGED_BELOW = 4000  # dots per panel, above which an edge around each would darken the plot


def draw_sheet(
    kind: str,
    samples: pd.DataFrame,
    colours: NDArray[np.float64],
    legend: Sequence[Block],
    title: str,
    metadata: Mapping[str, Any],
    settings: Settings,
    triangular: NDArray[np.bool_] | None,
) -> Figure:
    """Draw the layers of a dual plot, whatever its colours mean.

    Parameters
    ----------
    kind : {"global", "machine", "section"}
        Kind of plot, which determines the published sizes.
    samples : DataFrame
        Samples to draw, see :func:`drawn_samples`.
    colours : array [n, 3]
        Colour of each sample.
    legend : sequence of Block
    title : str
        Scope or section of the samples, for the heading.
    metadata : mapping
    settings : Settings
    triangular : array [n] of bool, optional
        Mask of the test dots that are triangles.
    """
    x, y = samples["x"].to_numpy(float), samples["y"].to_numpy(float)
    energy = samples["energy"].to_numpy(float)
    cross = find_cross(x, y, energy, settings.cross_skip, settings.cross_average) if settings.cross else None
    if cross:
        legend = [*legend, Block("energy", [([Swatch(CROSS, "black")], "low-energy origin")])]
    regions = find_regions(x, y, sample_families(samples)) if settings.annotate or settings.crop == "auto" else []
    if settings.annotate:
        legend = [*legend, region_key(regions)]
    heading = " · ".join(
        [title, describe_representation(metadata, settings.titles), *(["excerpt"] if settings.crop is not None else [])]
    )
    sheet = make_sheet(
        settings.size, settings.dpi, heading, legend, small_print(samples, metadata, cross, settings.titles)
    )
    fit_limits(sheet, x, y)
    draw_shadows(sheet, kind, samples, colours, settings)
    draw_dots(sheet, kind, samples, colours, settings, triangular)
    if cross:
        for panel in sheet.panels:
            draw_cross(panel, cross.x, cross.y, sheet.scale)
    if settings.crop is not None:
        show_window(sheet, excerpt(regions, x, y) if settings.crop == "auto" else settings.crop)
        count_shown(sheet)
    if settings.annotate:
        mark_regions(sheet, regions)
    return sheet.figure


def draw_shadows(
    sheet: Sheet, kind: str, samples: pd.DataFrame, colours: NDArray[np.float64], settings: Settings
) -> None:
    """Draw external corpora, training source and training target on both panels, the rarest on top."""
    rows = np.flatnonzero(~is_test(samples))
    if not len(rows):
        return
    rng = np.random.default_rng(settings.seed)
    rank = (samples["split"] != "external").to_numpy(int) + is_target(samples)
    rows = rng.permutation(rows)
    rows = rows[np.argsort(rank[rows], kind="stable")]
    x, y = samples["x"].to_numpy()[rows], samples["y"].to_numpy()[rows]
    marks = MARKS[kind]
    area = marks.shadow * shadow_area_scale(marks, len(rows), settings.size, settings.marker_scale)
    rgba = with_opacity(colours[rows], shadow_opacity(marks, len(rows)))
    layers = [scatter(panel, x, y, rgba, area, name="shadows", zorder=1, kind=Shadows) for panel in sheet.panels]
    layers[1].first = layers[0]


def draw_dots(
    sheet: Sheet,
    kind: str,
    samples: pd.DataFrame,
    colours: NDArray[np.float64],
    settings: Settings,
    triangular: NDArray[np.bool_] | None,
) -> None:
    """Draw the test samples, shuffled so that no class hides another, each on the panel of its label."""
    test, label = is_test(samples), samples["label"].to_numpy(dtype=str)
    sides = [np.flatnonzero(test & (label == side)) for side in LABELS]
    marks = MARKS[kind]
    fuller = max(len(rows) for rows in sides)
    growth = dot_area_scale(marks, fuller, settings.size, settings.marker_scale)
    rng = np.random.default_rng(settings.seed)
    for panel, title, rows in zip(sheet.panels, PANEL_TITLES, sides, strict=True):
        count_samples(panel, len(rows), sheet.scale)
        if not len(rows):
            say_empty(panel, f"no {title.replace(' ', '')} samples", sheet.scale)
            continue
        rows = rng.permutation(rows)
        scatter(
            panel,
            samples["x"].to_numpy()[rows],
            samples["y"].to_numpy()[rows],
            with_opacity(colours[rows], 1.0),
            marks.dot * growth,
            None if triangular is None else triangular[rows],
            marks.triangle * growth,
            name="dots",
            zorder=2,
            edge=0.9 * sheet.scale if fuller < EDGED_BELOW else 0.0,
        )


def small_print(
    samples: pd.DataFrame, metadata: Mapping[str, Any], cross: Cross | None, titles: Mapping[str, str]
) -> list[str]:
    """Describe the number of samples of each class, the UMAP's parameters and the stand-ins."""
    families = pd.Series(sample_families(samples)).value_counts()
    counts = [
        f"{family.replace('/', ' ').replace('train', 'training')} {families[family]:,}"
        for family in FAMILIES
        if family in families
    ]
    external = samples["corpus"][samples["split"] == "external"].value_counts()
    counts += [f"{titles.get(corpus, corpus)} {external[corpus]:,}" for corpus in external_corpora(samples, metadata)]
    stated = [
        ("n_neighbors", metadata.get("n_neighbors")),
        ("min_dist", metadata.get("min_dist")),
        ("metric", metadata.get("metric")),
        ("layout", metadata.get("layout")),
        ("seed", metadata.get("seed")),
    ]
    umap = "UMAP: " + ", ".join(f"{name} {value}" for name, value in stated if value is not None)
    trust = metadata.get("trustworthiness")
    parts = [
        "Samples: " + ", ".join(counts) + ".",
        umap + (f"; trustworthiness {trust:.3f}" if isinstance(trust, float) else "") + ".",
    ]
    if cross:
        parts.append(sentence(cross.describe()))
    if metadata.get("study"):
        parts.append(f"Study: {metadata['study']}.")
    stand_ins = [sentence(text) for text in metadata.get("stand_ins") or []]
    return [" ".join(parts), *(["Stand-ins: " + " ".join(stand_ins)] if stand_ins else [])]


def sentence(text: str) -> str:
    """Return a text with a capital first letter and a final full stop."""
    text = text.strip().rstrip(".")
    return text[:1].upper() + text[1:] + "."


def describe_representation(metadata: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Describe what one sample is, for example ``log-mel · stacks of 5 frames``."""
    name = str(metadata.get("representation", ""))
    k = int(metadata.get("k", 1))
    return f"{titles.get(name, name)} · {'single frames' if k == 1 else f'stacks of {k} frames'}"


def family_shape(family: str, triangles: bool) -> str:
    """Return the shape of a family's marks in a legend."""
    if family.startswith("train"):
        return DISC
    return TRIANGLE if triangles and family.endswith("target") else ROUND


def external_layer(
    samples: pd.DataFrame, corpora: Sequence[str], palette: str, on_global: bool = False
) -> NDArray[np.float64]:
    """Return colours [n, 3] of the samples of external corpora; all others are black."""
    colours = np.zeros((len(samples), 3))
    external = (samples["split"] == "external").to_numpy(dtype=bool)
    for corpus, colour in external_colours(palette, corpora, on_global).items():
        colours[external & (samples["corpus"] == corpus).to_numpy(dtype=bool)] = colour
    return colours


def external_blocks(
    corpora: Sequence[str], colours: Mapping[str, NDArray[np.float64]], titles: Mapping[str, str]
) -> list[Block]:
    """Return the legend block of the external corpora, if there are any."""
    rows = [([Swatch(DISC, colours[corpus])], titles.get(corpus, corpus)) for corpus in corpora]
    return [Block("external", rows)] if rows else []


def section_colours(palette: str, family: str) -> NDArray[np.float64]:
    """Return the colours of a section plot's shadows."""
    return to_rgba_array(PALETTES[palette]["section"][family])[:, :3]


def with_opacity(colours: NDArray[np.float64], opacity: float) -> NDArray[np.float64]:
    """Append an opacity to each colour."""
    return np.column_stack([colours, np.full(len(colours), opacity)])
