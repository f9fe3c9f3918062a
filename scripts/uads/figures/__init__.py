"""Figures of the UMAP study: dual plots of all machines, one machine or one section, and the five of the paper."""

from uads.figures.dual.described import plot_figure
from uads.figures.dual.machine import plot_machine, plot_section
from uads.figures.dual.samples import COLUMNS
from uads.figures.dual.settings import Settings
from uads.figures.dual.whole_study import plot_global
from uads.figures.saving import save_figure

__all__ = ["COLUMNS", "Settings", "plot_figure", "plot_global", "plot_machine", "plot_section", "save_figure"]
