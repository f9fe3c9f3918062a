"""The sheet that every dual plot is drawn on: two panels, a legend beside them, small print below."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import IdentityTransform
from numpy.typing import NDArray

from uads.figures.dual.layers import Layer
from uads.figures.dual.legend import Block, draw_legend, legend_width
from uads.figures.dual.marks import canvas_scale
from uads.figures.dual.palettes import BACKGROUND
from uads.figures.dual.style import (
    FAINT,
    FONT,
    GAP,
    INK,
    LETTER,
    LINE,
    MARGIN,
    PANEL_TITLE,
    PANEL_TITLES,
    POINTS,
    SMALL_PRINT,
    TITLE,
    Kind,
    marker_path,
    wrapped,
)


@dataclass
class Sheet:
    """A figure with two panels: normal test data on the left, anomalous on the right."""

    figure: Figure
    left: Axes
    right: Axes
    legend: Axes
    scale: float
    panels: tuple[Axes, Axes] = field(init=False)

    def __post_init__(self) -> None:
        """Set ``panels`` to the left and the right panel."""
        self.panels = (self.left, self.right)


def make_sheet(
    size: tuple[float, float], dpi: int, title: str, legend: Sequence[Block], small_print: Sequence[str]
) -> Sheet:
    """Build the figure of a dual plot without its samples.

    Parameters
    ----------
    size : (float, float)
        Inches.
    dpi : int
        Pixels per inch; the panels lie a whole number of pixels apart.
    title : str
    legend : sequence of Block
    small_print : sequence of str
        Paragraphs below the panels.

    Returns
    -------
    Sheet
        Sheet with empty panels that share both axes.
    """
    width, height = size
    scale = canvas_scale(size)
    figure = Figure(figsize=size, facecolor="white")
    FigureCanvasAgg(figure)
    column = legend_width(legend) * scale
    panel_width = (width - (2 * MARGIN + 2.2 * GAP) * scale - column) / 2
    lines = wrapped(small_print, (width - 2 * MARGIN * scale) / scale * POINTS / (LETTER * SMALL_PRINT))
    bottom = (0.35 + len(lines) * SMALL_PRINT * 1.45 / POINTS) * scale
    panel_height = height - bottom - 1.45 * scale

    def inches(x: float, y: float, w: float, h: float) -> tuple[float, float, float, float]:
        return x / width, y / height, w / width, h / height

    start = MARGIN * scale
    left = figure.add_axes(inches(start, bottom, panel_width, panel_height), label="normal")
    right_start = start + round((panel_width + GAP * scale) * dpi) / dpi
    right = figure.add_axes(
        inches(right_start, bottom, panel_width, panel_height), label="anomaly", sharex=left, sharey=left
    )
    key_start = right_start + panel_width + 1.2 * GAP * scale
    key = figure.add_axes(inches(key_start, bottom, column, panel_height), label="legend")
    for panel, panel_title in zip((left, right), PANEL_TITLES, strict=True):
        style_panel(panel, panel_title, scale)
    figure.text(
        start / width,
        1 - 0.3 * scale / height,
        title,
        size=TITLE * scale,
        weight="bold",
        va="top",
        color=INK,
        **FONT,
    )
    figure.text(
        start / width,
        (bottom - 0.14 * scale) / height,
        "\n".join(lines),
        size=SMALL_PRINT * scale,
        va="top",
        color=FAINT,
        linespacing=1.35,
        **FONT,
    ).set_gid("small print")
    draw_legend(key, legend, column / scale, panel_height / scale, scale)
    return Sheet(figure, left, right, key, scale)


def style_panel(panel: Axes, title: str, scale: float) -> None:
    """Remove the ticks of a panel, tint it, and set its title."""
    panel.set_facecolor(BACKGROUND)
    panel.set(xticks=[], yticks=[])
    for spine in panel.spines.values():
        spine.set(color=LINE, linewidth=1.5 * scale)
    panel.set_title(title, loc="left", size=PANEL_TITLE * scale, color=INK, pad=10 * scale, **FONT)


def fit_limits(sheet: Sheet, x: NDArray, y: NDArray, margin: float = 0.04) -> None:
    """Set the limits to show all samples, with equal units on both axes."""
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = (x[finite], y[finite]) if finite.any() else (np.zeros(1), np.zeros(1))
    show_window(sheet, (x.min(), x.max(), y.min(), y.max()), margin)


def show_window(sheet: Sheet, window: Sequence[float], margin: float = 0.0) -> None:
    """Set the limits to show at least the ``window`` (x0, x1, y0, y1), with equal units on both axes."""
    x0, x1, y0, y1 = (float(edge) for edge in window)
    box = sheet.left.get_position()
    width, height = box.width * sheet.figure.get_figwidth(), box.height * sheet.figure.get_figheight()
    unit = max((x1 - x0) / width, (y1 - y0) / height) * (1 + 2 * margin) or 1.0
    sheet.left.set_xlim((x0 + x1 - unit * width) / 2, (x0 + x1 + unit * width) / 2)
    sheet.left.set_ylim((y0 + y1 - unit * height) / 2, (y0 + y1 + unit * height) / 2)


def scatter(
    panel: Axes,
    x: NDArray,
    y: NDArray,
    colours: NDArray[np.float64],
    area: float,
    triangular: NDArray[np.bool_] | None = None,
    triangle_area: float | None = None,
    name: str = "",
    zorder: float = 1,
    edge: float = 0.0,
    kind: type[Kind] = Layer,
) -> Kind:
    """Draw one layer of one panel in one call, in the given order.

    Parameters
    ----------
    panel : Axes
    x, y : array [n]
    colours : array [n, 4]
    area : float
        Area of a round mark, in points squared.
    triangular : array [n] of bool, optional
        Mask of the marks that are triangles; none by default.
    triangle_area : float, optional
        Area of a triangle; ``area`` by default.
    name : str
        Label of the layer in the figure.
    zorder : float
        Layers of higher order are drawn on top.
    edge : float
        Width of a darker edge, in points; 0 for none.
    kind : type, default Layer
        Class of the layer.
    """
    layer = kind([marker_path("o")], [area], offsets=np.column_stack([x, y]), facecolors=colours)
    layer.set_offset_transform(panel.transData)
    layer.set_transform(IdentityTransform())
    if triangular is not None and triangular.any():
        shrink = ((triangle_area or area) / area) ** 0.5
        paths = (marker_path("o"), marker_path("^", shrink))
        layer.set_paths([paths[is_triangle] for is_triangle in triangular.tolist()])
    if edge:
        layer.set(linewidths=[edge], edgecolors=colours * (0.55, 0.55, 0.55, 1))
    else:
        layer.set(linewidths=[0.0], edgecolors="none")
    layer.set(label=name, zorder=zorder, rasterized=True)
    panel.add_collection(layer, autolim=False)
    return layer


def say_empty(panel: Axes, text: str, scale: float) -> None:
    """Write in the middle of an empty panel why it is empty."""
    panel.text(
        0.5,
        0.5,
        text,
        transform=panel.transAxes,
        ha="center",
        va="center",
        size=PANEL_TITLE * scale,
        color=FAINT,
        zorder=20,
        bbox={"facecolor": "white", "edgecolor": LINE, "alpha": 0.9, "boxstyle": "round,pad=0.6"},
        **FONT,
    )


def count_samples(panel: Axes, n: int, scale: float, of: int | None = None) -> None:
    """Write the number of a panel's dots at its upper right, and the total if an excerpt shows only a part."""
    text = f"{n:,} samples" if of in (None, n) else f"{n:,} of {of:,} samples"
    panel.set_title(text, loc="right", size=SMALL_PRINT * 1.15 * scale, color=FAINT, pad=10 * scale, **FONT)


def draw_cross(panel: Axes, x: float, y: float, scale: float) -> None:
    """Draw the study's black cross at a position."""
    panel.scatter(
        [x],
        [y],
        s=900 * scale**2,
        marker="P",
        c="black",
        edgecolors="white",
        linewidths=2.2 * scale,
        zorder=15,
        label="cross",
    )
