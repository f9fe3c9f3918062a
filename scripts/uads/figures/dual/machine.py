"""The plots of one machine and of one section."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from uads.core.errors import UserError
from uads.figures.dual.drawing import draw_sheet, external_blocks, external_layer, family_shape, section_colours
from uads.figures.dual.legend import Block, Swatch
from uads.figures.dual.palettes import distinct_colours, external_colours, section_shades
from uads.figures.dual.samples import (
    FAMILIES,
    codes,
    drawn_samples,
    external_corpora,
    is_target,
    is_test,
    names,
    sample_families,
)
from uads.figures.dual.settings import Settings
from uads.figures.dual.style import DISC, ROUND, TRIANGLE


def plot_machine(table: pd.DataFrame, metadata: Mapping[str, Any], settings: Settings) -> Figure:
    """Draw one machine: a family of colours per split, label and domain, and a shade per section.

    The parameters are those of :func:`plot_global`.
    """
    samples = drawn_samples(table, settings)
    families = sample_families(samples)
    corpora = external_corpora(samples, metadata)
    sections = names(samples, "section")
    number = codes(samples["section"], sections)
    colours = external_layer(samples, corpora, settings.palette)
    present = [family for family in FAMILIES if (families == family).any()]
    swatches: dict[str, dict[int, Swatch]] = {}
    triangles = settings.palette == "colour_blind"
    for family in present:
        members = families == family
        shades = section_shades(settings.palette, family, int(number[members].max()) + 1)
        colours[members] = shades[number[members]]
        swatches[family] = {
            int(at): Swatch(family_shape(family, triangles), shades[at]) for at in np.unique(number[members])
        }
    headers = [family.replace("/", " ").replace("train", "training") for family in present]
    rows = [([swatches[family].get(at) for family in present], section) for at, section in enumerate(sections)]
    legend = [
        Block("section", rows, headers),
        *external_blocks(corpora, external_colours(settings.palette, corpora), settings.titles),
    ]
    title = str(metadata.get("scope", ""))
    triangular = is_target(samples) if triangles else None
    return draw_sheet("machine", samples, colours, legend, title, metadata, settings, triangular)


def plot_section(table: pd.DataFrame, metadata: Mapping[str, Any], section: str, settings: Settings) -> Figure:
    """Draw one section of a machine: one colour per audio file.

    Parameters
    ----------
    table, metadata, settings
        As for :func:`plot_global`.
    section : str
        Name of the section.

    Raises
    ------
    UserError
        If the table has no sample of the section.
    """
    samples = drawn_samples(table, settings)
    external = samples["split"] == "external"
    known = names(samples, "section")
    if section not in known:
        raise UserError(f"the UMAP of {metadata.get('scope')} has no section '{section}', only {', '.join(known)}")
    samples = samples[external | (samples["section"] == section)].reset_index(drop=True)
    families = sample_families(samples)
    corpora = external_corpora(samples, metadata)
    colours = external_layer(samples, corpora, settings.palette)
    training = []
    for domain in ("source", "target"):
        family = f"train/{domain}"
        if (families == family).any():
            (colour,) = section_colours(settings.palette, family)
            colours[families == family] = colour
            training.append(([Swatch(DISC, colour)], domain))
    test = is_test(samples)
    clips, file_number = np.unique(samples["clip"][test].to_numpy(dtype=str), return_inverse=True)
    file_colours = distinct_colours(len(clips))
    colours[test] = file_colours[file_number]
    dots = [
        ([Swatch(shape, file_colours[min(at, len(clips) - 1)])], domain)
        for at, (domain, shape) in enumerate((("source", ROUND), ("target", TRIANGLE)))
        if (test & (is_target(samples) == (domain == "target"))).any()
    ]
    legend = [
        Block("training", training),
        Block("test, a colour per file", dots),
        *external_blocks(corpora, external_colours(settings.palette, corpora), settings.titles),
    ]
    title = f"{metadata.get('scope', '')} · section {section}"
    return draw_sheet("section", samples, colours, legend, title, metadata, settings, is_target(samples))
