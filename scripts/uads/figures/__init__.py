"""Figures of the UMAP study: dual plots of all machines, one machine or one section, and the five of the paper."""

from uads.figures.canvas import save_figure
from uads.figures.dual import COLUMNS, plot_figure, plot_global, plot_machine, plot_section
from uads.figures.settings import Settings

__all__ = ["COLUMNS", "Settings", "plot_figure", "plot_global", "plot_machine", "plot_section", "save_figure"]
