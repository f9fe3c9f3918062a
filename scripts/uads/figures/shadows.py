"""Shadows, which both panels show alike: drawn once into a pixel image, and copied to the other panel."""

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import PathCollection
from numpy.typing import NDArray


class Shadows(PathCollection):
    """The shadows of one panel.

    Blending the translucent discs takes most of the time of a large figure, so a second panel with the same
    discs takes the pixels of the first. It draws its discs itself where there are no pixels (PDF) or the
    panels do not lie a whole number of pixels apart.

    Attributes
    ----------
    first : Shadows, optional
        Those of the panel that is drawn before, with the same limits.
    """

    first: "Shadows | None" = None
    _drawn: tuple[RendererBase, NDArray[np.uint8]] | None = None

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Draw the discs, or copy them."""
        panel = self.axes
        if not isinstance(renderer, RendererAgg) or not isinstance(panel, Axes):
            super().draw(renderer)
            return
        pixels = np.asarray(renderer.buffer_rgba())
        window = pixel_window(panel, len(pixels))
        if self.first is not None and self.first._drawn is not None:
            drawn_by, image = self.first._drawn
            self.first._drawn = None
            if drawn_by is renderer and self.first.axes is not None and whole_pixels_apart(self.first.axes, panel):
                pixels[window] = image
                return
        super().draw(renderer)
        if self.first is None:
            self._drawn = (renderer, pixels[window].copy())


def pixel_window(panel: Axes, height: int) -> tuple[slice, slice]:
    """Give the rows and columns that a panel takes in an image of so many rows."""
    box = panel.bbox
    rows = slice(height - int(np.ceil(box.y1 - 1e-6)), height - int(np.floor(box.y0 + 1e-6)))
    return rows, slice(int(np.floor(box.x0 + 1e-6)), int(np.ceil(box.x1 - 1e-6)))


def whole_pixels_apart(one: Axes, other: Axes) -> bool:
    """Tell whether two panels of one height cover their pixels alike."""
    across, size = other.bbox.x0 - one.bbox.x0, other.bbox.size - one.bbox.size
    return abs(across - round(across)) < 1e-6 and bool(np.all(np.abs(size) < 1e-6)) and other.bbox.y0 == one.bbox.y0
