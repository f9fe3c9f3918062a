"""The figures of the UMAP study: dual plots of a whole study, a machine or a section, and the paper's five."""

from uads.figures.canvas import save_figure
from uads.figures.dual import COLUMNS, plot_figure, plot_global, plot_machine, plot_section
from uads.figures.settings import Settings

__all__ = ["COLUMNS", "Settings", "plot_figure", "plot_global", "plot_machine", "plot_section", "save_figure"]
