"""Layers of many marks, drawn several times faster than one by one."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.collections import PathCollection
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D, IdentityTransform
from numpy.typing import NDArray

PORTIONS = 50
AGG_SHIFT = (0.5, -0.5)  # pixels by which Agg displaces copies of a mark, to the right and down
FEWEST_MARKS = 10  # per look and portion, below which drawing them together does not pay off


class Layer(PathCollection):
    """Marks of a few shapes and colours.

    Matplotlib draws marks of a single look (shape and colour) once and copies them, but marks of several looks
    one by one. A large layer is therefore drawn in :data:`PORTIONS`, and each portion one look after the other:
    marks in random order stay in random order, except within a portion. Without pixels (PDF), with many looks
    and with edges, marks are drawn one by one in the given order.
    """

    @allow_rasterization
    def draw(self, renderer: RendererBase) -> None:
        """Draw the marks."""
        looks, first = self._looks()
        has_edges = np.any(self.get_linewidth())
        if has_edges or not isinstance(renderer, RendererAgg) or len(looks) < PORTIONS * FEWEST_MARKS * len(first):
            super().draw(renderer)
            return
        self.set_sizes(self.get_sizes(), self.figure.dpi)
        scale = Affine2D(self.get_transforms()[0])
        places = self.get_offset_transform().transform(self.get_offsets()) - AGG_SHIFT
        paths: Any = self.get_paths()
        colours: Any = self.get_facecolor()
        context = renderer.new_gc()
        context.set_clip_rectangle(self.get_clip_box())
        context.set_linewidth(0)
        for rows in _runs(looks):
            outline, colour = paths[rows[0] % len(paths)], tuple(colours[rows[0] % len(colours)])
            renderer.draw_markers(context, outline, scale, Outline(places[rows]), IdentityTransform(), colour)
        context.restore()

    def _looks(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the number of each mark's look, and the first mark of each look."""
        n_marks = len(np.asarray(self.get_offsets()))
        _, shapes = np.unique([id(path) for path in self.get_paths()], return_inverse=True)
        colours = np.round(np.resize(self.get_facecolor(), (n_marks, 4)) * 255).astype(np.uint8).view(np.uint32)[:, 0]
        keys = np.resize(shapes, n_marks).astype(np.int64) << 32 | colours
        _, first, looks = np.unique(keys, return_index=True, return_inverse=True)
        return looks, first


def _runs(looks: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield the marks of each look of each portion."""
    for portion in np.array_split(np.arange(len(looks)), PORTIONS):
        rows = portion[np.argsort(looks[portion], kind="stable")]
        yield from np.split(rows, np.flatnonzero(np.diff(looks[rows])) + 1)
