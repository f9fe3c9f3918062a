"""Figures that the config describes: the papers' and the user's own."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from uads.core.errors import UserError
from uads.figures.dual.machine import plot_machine, plot_section
from uads.figures.dual.settings import Settings
from uads.figures.dual.whole_study import plot_global


def plot_figure(
    table: pd.DataFrame, metadata: Mapping[str, Any], figure: Mapping[str, Any], settings: Settings
) -> Figure:
    """Draw a figure described in the config.

    Parameters
    ----------
    table, metadata
        As for :func:`plot_global`.
    figure : mapping
        ``kind`` (global, machine or section) and, for a section, ``section``.
    settings : Settings

    Raises
    ------
    UserError
        If the kind is unknown.
    """
    kind = figure["kind"]
    if kind == "section":
        return plot_section(table, metadata, str(figure["section"]), settings)
    draw = {"global": plot_global, "machine": plot_machine}.get(kind)
    if draw is None:
        raise UserError(f"the kind of a figure is '{kind}': choose global, machine or section")
    return draw(table, metadata, settings)
