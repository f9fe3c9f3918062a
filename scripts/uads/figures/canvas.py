"""Sheet of a dual plot: two panels, a legend beside them, small print below."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, IdentityTransform
from numpy.typing import NDArray

from uads.figures.layers import Layer
from uads.figures.marks import canvas_scale
from uads.figures.palettes import BACKGROUND
from uads.files import whole

INK = "#222222"
FAINT = "#6b6b6b"
LINE = "#c4cad6"
FONT = {"family": "DejaVu Sans"}
TITLE, PANEL_TITLE, LEGEND, SMALL_PRINT = 26, 20, 16.5, 12.5  # points on the published canvas
LETTER = 0.57  # mean width of a letter in units of the font size
POINTS = 72
ROW = 0.42  # inches on the published canvas, like all lengths below
PITCH = 0.46
MARGIN = 0.4
GAP = 0.25
PANEL_TITLES = ("test / normal", "test / anomaly")
MAX_LETTERS = 26
MAX_ROWS = 48
Kind = TypeVar("Kind", bound=Layer)
DISC, ROUND, TRIANGLE, CROSS, NUMBER = "disc", "round", "triangle", "cross", "number"


@dataclass(frozen=True)
class Swatch:
    """One mark in a legend: its shape, its colour and, in a numbered mark, its number."""

    shape: str
    colour: Sequence[float] | NDArray[np.float64] | str
    text: str = ""


@dataclass(frozen=True)
class Block:
    """Part of a legend: rows of swatches and a label, under a title and a header per column."""

    title: str
    rows: Sequence[tuple[Sequence[Swatch | None], str]]
    columns: Sequence[str] = ()


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


def wrapped(paragraphs: Sequence[str], letters: float) -> list[str]:
    """Split paragraphs into lines of at most ``letters`` characters."""
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, max(20, int(letters)))]


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


def marker_path(marker: str, shrink: float = 1.0) -> Outline:
    """Return the outline of a marker of area 1, ready for a collection."""
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform() + Affine2D().scale(shrink))


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


def legend_width(blocks: Sequence[Block]) -> float:
    """Return the width of a legend in inches on the published canvas."""
    return max([3.0, *(_block_width(block) for block in blocks)])


def _block_width(block: Block) -> float:
    swatches = max([1, *(len(row) for row, _ in block.rows)]) * PITCH
    letters = max([len(block.title) * 0.9, *(min(len(label), MAX_LETTERS) for _, label in block.rows)])
    slanted = max([0, *(len(column) for column in block.columns)]) * 0.5
    return swatches + 0.15 + max(letters, slanted) * LETTER * LEGEND / POINTS


def draw_legend(key: Axes, blocks: Sequence[Block], width: float, height: float, scale: float) -> None:
    """Draw the blocks from top to bottom, with smaller rows if they would not fit.

    Parameters
    ----------
    key : Axes
        Axes of the legend.
    blocks : sequence of Block
    width, height : float
        Size of the axes, in inches on the published canvas.
    scale : float
        Length on this canvas of a length of 1 on the published one.
    """
    key.set(xlim=(0, width), ylim=(height, 0))
    key.set_axis_off()
    blocks = [shortened(block) for block in blocks if block.rows]
    heads = sum(_head_height(block) for block in blocks) + 0.45 * max(0, len(blocks) - 1)
    n_rows = max(1, sum(len(block.rows) for block in blocks))
    row = min(ROW, (height - heads) / n_rows)
    letter = LEGEND * scale * min(1.0, max(0.5, row / (0.75 * ROW)))
    y = 0.0
    for block in blocks:
        y = _draw_block(key, block, y, row, letter, scale) + 0.45


def shortened(block: Block) -> Block:
    """Drop the rows that do not fit into a legend, and add a row with their number."""
    if len(block.rows) <= MAX_ROWS:
        return block
    left_out = len(block.rows) - MAX_ROWS + 1
    blank: Sequence[Swatch | None] = [None] * len(block.rows[0][0])
    return Block(block.title, [*block.rows[: MAX_ROWS - 1], (blank, f"and {left_out} more")], block.columns)


def _head_height(block: Block) -> float:
    slanted = max([0, *(len(column) for column in block.columns)]) * LETTER * LEGEND * 0.85 / POINTS * 0.82
    return (0.3 + slanted) if block.columns else 0.42


def _draw_block(key: Axes, block: Block, y: float, row: float, letter: float, scale: float) -> float:
    """Draw one block from height ``y`` down, and return the height where it ends."""
    head = _head_height(block)
    n_columns = max(len(swatches) for swatches, _ in block.rows)
    text = {"color": INK, **FONT}
    if block.columns:
        for number, column in enumerate(block.columns):
            at = (number + 0.5) * PITCH
            key.text(
                at - 0.06, y + head - 0.18, column, rotation=55, rotation_mode="anchor", size=0.85 * letter, **text
            )
        label_at = n_columns * PITCH + 0.15
        key.text(label_at, y + head - 0.04, block.title, weight="bold", va="bottom", size=letter, **text)
    else:
        key.text(0.05, y, block.title, weight="bold", va="top", size=letter, **text)
    y += head
    for swatches, label in block.rows:
        for number, swatch in enumerate(swatches):
            if swatch is not None:
                _draw_swatch(key, swatch, (number + 0.5) * PITCH, y + row / 2, min(1.0, row / (0.8 * ROW)) * scale)
        key.text(n_columns * PITCH + 0.15, y + row / 2, fit_text(label), va="center_baseline", size=letter, **text)
        y += row
    return y


def fit_text(text: str, letters: int = MAX_LETTERS) -> str:
    """Replace the middle of a text that is too long with an ellipsis."""
    if len(text) <= letters:
        return text
    tail = (letters - 1) // 2
    return f"{text[: letters - 1 - tail]}…{text[-tail:]}"


def _draw_swatch(key: Axes, swatch: Swatch, x: float, y: float, scale: float) -> None:
    shapes = {DISC: ("o", 420), ROUND: ("o", 70), TRIANGLE: ("^", 80), CROSS: ("P", 320), NUMBER: ("o", 480)}
    marker, area = shapes[swatch.shape]
    outlined = swatch.shape == NUMBER
    key.scatter(
        [x],
        [y],
        s=area * scale**2,
        marker=marker,
        facecolors="none" if outlined else [swatch.colour],
        edgecolors="black" if outlined else ("#00000055" if swatch.shape != DISC else "none"),
        alpha=0.6 if swatch.shape == DISC else None,
        linewidths=(1.8 if outlined else 0.5) * scale,
    )
    if swatch.text:
        key.text(x, y, swatch.text, ha="center", va="center_baseline", size=13 * scale, color="black", **FONT)


def save_figure(figure: Figure, paths: Sequence[str | Path], dpi: int) -> None:
    """Write a figure to each path, in the format given by its suffix.

    The same figure gives the same bytes. A PDF contains text as text and the points as an image at ``dpi``.

    Parameters
    ----------
    figure : Figure
    paths : sequence of path
        Ending in ``.png`` or ``.pdf``.
    dpi : int
        Pixels per inch.
    """
    anonymous = {"Creator": None, "Producer": None, "CreationDate": None}
    for path in paths:
        with whole(path) as partial:
            if Path(path).suffix == ".png":
                save_png(figure, partial, dpi)
            else:
                figure.savefig(partial, dpi=dpi, metadata=anonymous)


def save_png(figure: Figure, path: Path, dpi: int) -> None:
    """Write a PNG without transparency and with light compression, in half the time that matplotlib takes."""
    import zlib

    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    figure.set_dpi(dpi)
    canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    Image.fromarray(pixels).convert("RGB").save(path, compress_level=1, compress_type=zlib.Z_RLE, dpi=(dpi, dpi))
