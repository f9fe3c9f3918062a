"""Sizes, fonts, colours and marks of the sheet."""

import textwrap
from collections.abc import Sequence
from typing import TypeVar

from matplotlib.markers import MarkerStyle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from uads.figures.dual.layers import Layer

INK = "#222222"
FAINT = "#6b6b6b"
LINE = "#c4cad6"
FONT = {"family": "DejaVu Sans"}
TITLE, PANEL_TITLE, LEGEND, SMALL_PRINT = 26, 20, 16.5, 12.5  # points on the published canvas
LETTER = 0.57  # mean width of a letter in units of the font size
POINTS = 72
MARGIN = 0.4
GAP = 0.25
PANEL_TITLES = ("test / normal", "test / anomaly")
Kind = TypeVar("Kind", bound=Layer)
DISC, ROUND, TRIANGLE, CROSS, NUMBER = "disc", "round", "triangle", "cross", "number"


def wrapped(paragraphs: Sequence[str], letters: float) -> list[str]:
    """Split paragraphs into lines of at most ``letters`` characters."""
    return [line for paragraph in paragraphs for line in textwrap.wrap(paragraph, max(20, int(letters)))]


def marker_path(marker: str, shrink: float = 1.0) -> Outline:
    """Return the outline of a marker of area 1, ready for a collection."""
    style = MarkerStyle(marker)
    return style.get_path().transformed(style.get_transform() + Affine2D().scale(shrink))
