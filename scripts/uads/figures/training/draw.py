"""Plot of a training run: loss and adaptive scale of each epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from uads.figures.dual.palettes import BACKGROUND
from uads.figures.dual.style import FAINT, FONT, INK, LETTER, LINE, POINTS, wrapped

SIZE = (9.0, 6.0)  # inches
DPI = 130
TITLE, TEXT, SMALL = 15, 11, 9.5  # points
COLOURS = ("#0072b2", "#d55e00", "#009e73")  # distinguishable for colour-blind readers
WHOLE = "#222222"
LINE_HEIGHT = 1.45  # in units of the letter size
SMALL_PRINT = (
    "Loss: cross-entropy (on mixed labels with mixup) plus weight decay, mean over an epoch. "
    "Discs: checkpoints that are scored."
)


def draw_training(inputs: Any, params: Mapping[str, Any]) -> Figure:
    """Draw the training whose history is ``inputs.history``, with ``title``, ``checkpoints`` and ``stand_ins``."""
    small_print = [SMALL_PRINT, *(f"{sentence}." for sentence in params["stand_ins"])]
    return plot_training(pd.read_csv(inputs.history), params["checkpoints"], params["title"], small_print)


def plot_training(history: pd.DataFrame, checkpoints: Sequence[int], title: str, small_print: Sequence[str]) -> Figure:
    """Draw the losses above the scales, for each epoch.

    Parameters
    ----------
    history : DataFrame
        epoch, loss, ``loss_<head>`` (where there are several heads), ``scale_<head>``.
    checkpoints : sequence of int
        Epochs after which the weights were saved.
    title : str
    small_print : sequence of str
        Paragraphs below the panels.

    Returns
    -------
    Figure
        Figure of size :data:`SIZE`.
    """
    figure = Figure(figsize=SIZE, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[1.7, 1])
    lines = wrapped(small_print, 0.96 * SIZE[0] * POINTS / (LETTER * SMALL))
    bottom = 0.105 + 0.028 * len(lines)
    figure.subplots_adjust(left=0.085, right=0.83, top=0.9, bottom=bottom, hspace=0.09)
    figure.text(0.02, 0.972, title, size=TITLE, weight="bold", va="top", color=INK, **FONT)
    figure.text(0.02, 0.018, "\n".join(lines), size=SMALL, va="bottom", color=FAINT, linespacing=1.35, **FONT)
    _style(upper, "loss")
    _style(lower, "scale")
    heads = [name.removeprefix("scale_") for name in history.columns if name.startswith("scale_")]
    colours = dict(zip(heads, np.resize(COLOURS, len(heads)), strict=True))
    losses = {"both heads": ("loss", WHOLE)} if len(heads) > 1 else {heads[0]: ("loss", colours[heads[0]])}
    losses |= {head: (f"loss_{head}", colours[head]) for head in heads if f"loss_{head}" in history}
    scales = {head: (f"scale_{head}", colours[head]) for head in heads}
    upper.set_ylim(0, 1.08 * history[[column for column, _ in losses.values()]].to_numpy().max())
    lower.margins(y=0.12)
    for panel, shown in ((upper, losses), (lower, scales)):
        _draw(panel, history, shown, checkpoints)
        _name_lines(panel, history, shown)
    lower.set_xlabel("epoch", size=TEXT, color=INK, **FONT)
    first, last = history["epoch"].min(), history["epoch"].max()
    margin = max(0.25, 0.015 * (last - first))
    lower.set_xlim(first - margin, last + margin)
    lower.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    figure.align_ylabels()
    return figure


def _style(panel: Axes, name: str) -> None:
    panel.set_facecolor(BACKGROUND)
    panel.grid(axis="y", color=LINE, linewidth=0.6)
    panel.set_axisbelow(True)
    panel.tick_params(colors=FAINT, labelsize=SMALL, length=0)
    panel.spines[["top", "right"]].set_visible(False)
    for spine in panel.spines.values():
        spine.set_color(LINE)
    panel.set_ylabel(name, size=TEXT, color=INK, **FONT)


def _draw(panel: Axes, history: pd.DataFrame, lines: Mapping[str, tuple[str, str]], checkpoints: Sequence[int]) -> None:
    """Draw each line, with a disc at each checkpoint."""
    epochs = history["epoch"].to_numpy()
    kept = np.isin(epochs, checkpoints)
    for column, colour in lines.values():
        values = history[column].to_numpy()
        panel.plot(epochs, values, color=colour, linewidth=1.6, solid_capstyle="round")
        panel.plot(epochs[kept], values[kept], "o", color=colour, markersize=6, markeredgecolor="white", zorder=3)


def _name_lines(panel: Axes, history: pd.DataFrame, lines: Mapping[str, tuple[str, str]]) -> None:
    """Write each line's name and last value at its end."""
    low, high = panel.get_ylim()
    ends = [float(history[column].iloc[-1]) for column, _ in lines.values()]
    gap = (high - low) * SMALL * LINE_HEIGHT / POINTS / (panel.get_position().height * SIZE[1])
    for (name, (_, colour)), end, y in zip(lines.items(), ends, _apart(ends, gap), strict=True):
        at = {"xy": (1.015, y), "xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
        panel.annotate(f"{name} {end:.3g}", size=SMALL, color=colour, **at, **FONT)


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Return the values moved apart to at least ``gap``, in the same order and with the same mean."""
    order = np.argsort(values, kind="stable")
    moved = np.array(values, float)
    for lower, upper in zip(order[:-1], order[1:], strict=True):
        moved[upper] = max(moved[upper], moved[lower] + gap)
    return (moved - moved.mean() + np.mean(values)).tolist()
