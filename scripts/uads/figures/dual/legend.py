"""The legend beside the panels: blocks of swatches."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from uads.figures.dual.style import CROSS, DISC, FONT, INK, LEGEND, LETTER, NUMBER, POINTS, ROUND, TRIANGLE

ROW = 0.42  # inches on the published canvas, like all lengths below
PITCH = 0.46
MAX_LETTERS = 26
MAX_ROWS = 48


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
