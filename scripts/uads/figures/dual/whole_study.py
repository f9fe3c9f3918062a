"""The global plot: all machines."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from uads.figures.dual.drawing import draw_sheet, external_blocks, external_layer
from uads.figures.dual.legend import Block, Swatch
from uads.figures.dual.palettes import external_colours, lightened, machine_colours
from uads.figures.dual.samples import codes, drawn_samples, external_corpora, is_target, is_test, names, sample_kinds
from uads.figures.dual.settings import Settings
from uads.figures.dual.style import DISC, ROUND, TRIANGLE


def plot_global(table: pd.DataFrame, metadata: Mapping[str, Any], settings: Settings) -> Figure:
    """Draw all machines: one colour per machine, round dots for source and triangular ones for target.

    Parameters
    ----------
    table : DataFrame
        A UMAP table with at least :data:`COLUMNS`.
    metadata : mapping
        Metadata of the UMAP table.
    settings : Settings
    """
    samples = drawn_samples(table, settings)
    kinds = sample_kinds(samples)
    corpora = external_corpora(samples, metadata)
    machines = names(samples, "machine")
    colours = external_layer(samples, corpora, settings.palette, on_global=True)
    palette = machine_colours(settings.palette, machines)
    number = codes(samples["machine"], machines)
    own, test = kinds != "external", is_test(samples)
    if machines:
        dots, shadows = (np.array([palette[machine][part] for machine in machines]) for part in (0, 1))
        colours[own & test] = dots[number[own & test]]
        colours[own & ~test] = shadows[number[own & ~test]]
    if settings.shade_sections:
        sections = names(samples, "section")
        shade = np.linspace(-0.3, 0.45, len(sections)) if len(sections) > 1 else np.zeros(len(sections))
        share = shade[codes(samples["section"], sections)[own & test]]
        colours[own & test] = lightened(colours[own & test], share[:, None])
    present = {"training": kinds == "train", "source": test & ~is_target(samples), "target": test & is_target(samples)}
    present = {name: rows for name, rows in present.items() if rows.any()}
    shapes = {"training": (DISC, 1), "source": (ROUND, 0), "target": (TRIANGLE, 0)}
    rows = [
        (
            [
                Swatch(shapes[column][0], palette[machine][shapes[column][1]])
                if (found & (number == at)).any()
                else None
                for column, found in present.items()
            ],
            machine,
        )
        for at, machine in enumerate(machines)
    ]
    headers = {"training": "training", "source": "test source", "target": "test target"}
    legend = [
        Block("machine", rows, [headers[name] for name in present]),
        *external_blocks(corpora, external_colours(settings.palette, corpora, on_global=True), settings.titles),
    ]
    scope = str(metadata.get("scope", "global"))
    title = "all machines" if scope == "global" else scope
    return draw_sheet("global", samples, colours, legend, title, metadata, settings, is_target(samples))
