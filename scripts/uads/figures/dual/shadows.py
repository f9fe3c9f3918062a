"""Shadows, which are the same on both panels: drawn once as pixels, and copied to the other panel."""

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.transforms import BboxBase
from numpy.typing import NDArray

from uads.figures.dual.layers import Layer


class Shadows(Layer):
    """Shadows of one panel.

    Blending the translucent discs takes most of the time of a large figure, so the second panel
    copies the pixels of the first. It draws its own discs if there are no pixels (PDF) or the panels are not a
    whole number of pixels apart.

    Attributes
    ----------
    first : Shadows, optional
        Shadows of the panel that is drawn before, with the same limits.
    """

    first: "Shadows | None" = None
    _drawn: tuple[RendererBase, BboxBase, NDArray[np.uint8]] | None = None

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Draw the discs, or copy their pixels."""
        panel = self.axes
        if not isinstance(renderer, RendererAgg) or not isinstance(panel, Axes):
            super().draw(renderer)
            return
        pixels = np.asarray(renderer.buffer_rgba())
        window = pixel_window(panel, len(pixels))
        if self.first is not None and self.first._drawn is not None:
            drawn_by, box, image = self.first._drawn
            self.first._drawn = None
            if drawn_by is renderer and whole_pixels_apart(box, panel.bbox):
                pixels[window] = image
                return
        super().draw(renderer)
        if self.first is None:
            self._drawn = (renderer, panel.bbox, pixels[window].copy())


def pixel_window(panel: Axes, height: int) -> tuple[slice, slice]:
    """Return the rows and columns of a panel in an image with ``height`` rows."""
    box = panel.bbox
    rows = slice(height - int(np.ceil(box.y1 - 1e-6)), height - int(np.floor(box.y0 + 1e-6)))
    return rows, slice(int(np.floor(box.x0 + 1e-6)), int(np.ceil(box.x1 - 1e-6)))


def whole_pixels_apart(one: BboxBase, other: BboxBase) -> bool:
    """Return True if two boxes side by side cover their pixels in the same way."""
    across, up = other.x0 - one.x0, other.y0 - one.y0
    widths, heights = other.width - one.width, other.height - one.height
    return max(abs(across - round(across)), abs(up), abs(widths), abs(heights)) < 1e-6
