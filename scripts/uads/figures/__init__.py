"""The figures of the UMAP study: dual plots of a whole study, a machine or a section, and the paper's five."""

from uads.figures.canvas import save_figure
from uads.figures.dual import COLUMNS, plot_global, plot_machine, plot_section
from uads.figures.paper import plot_paper_figure
from uads.figures.settings import Settings

__all__ = ["COLUMNS", "Settings", "plot_global", "plot_machine", "plot_paper_figure", "plot_section", "save_figure"]
