"""Large layers look like their marks drawn one by one."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from uads.figures.dual.canvas import scatter
from uads.figures.dual.layers import Layer, _runs

COLOURS = [[1, 0, 0, 1], [0, 0.5, 0, 1], [0, 0, 1, 0.5]]


def draw(
    kind: type[PathCollection], x: np.ndarray, y: np.ndarray, area: float, triangular=None, edge: float = 0
) -> np.ndarray:
    """Draw marks of three alternating colours on 500 x 400 pixels."""
    figure = Figure(figsize=(5, 4), dpi=100)
    canvas = FigureCanvasAgg(figure)
    panel = figure.add_axes((0, 0, 1, 1), xlim=(0, 500), ylim=(0, 400))
    panel.set_axis_off()
    scatter(panel, x, y, np.resize(COLOURS, (len(x), 4)), area, triangular, edge=edge, kind=kind)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).astype(int)


@pytest.fixture
def together(monkeypatch):
    """Record the number of marks per drawing call with several marks."""
    counted = []

    def runs(looks):
        for rows in _runs(looks):
            counted.append(len(rows))
            yield rows

    monkeypatch.setattr("uads.figures.dual.layers._runs", runs)
    return counted


@pytest.mark.parametrize("share_of_triangles", [0, 0.5])
def test_marks_drawn_together_cover_the_same_pixels(share_of_triangles, together):
    x, y = (place.ravel() + 0.5 for place in np.meshgrid(np.arange(2, 500, 5), np.arange(2, 400, 5)))
    triangular = np.random.default_rng(0).random(len(x)) < share_of_triangles
    one_by_one = draw(PathCollection, x, y, 4.0, triangular)
    assert not together
    np.testing.assert_allclose(draw(Layer, x, y, 4.0, triangular), one_by_one, atol=3)
    assert sum(together) == len(x)
    assert (one_by_one != 255).any()


def test_marks_with_edges_keep_them_however_many_there_are(together):
    x, y = np.random.default_rng(0).uniform((0, 0), (500, 400), (3000, 2)).T
    one_by_one, drawn = (draw(kind, x, y, 60.0, edge=2.0) for kind in (PathCollection, Layer))
    np.testing.assert_array_equal(drawn, one_by_one)
    assert not together


def test_no_colour_hides_another_where_marks_overlap(together):
    x, y = np.random.default_rng(0).uniform((0, 0), (500, 400), (20_000, 2)).T
    one_by_one, drawn = (draw(kind, x, y, 60.0) for kind in (PathCollection, Layer))
    assert sum(together) == len(x)
    shares = [[(image[..., channel] > 200).mean() for channel in range(3)] for image in (one_by_one, drawn)]
    np.testing.assert_allclose(shares[1], shares[0], atol=0.02)


def test_marks_of_many_colours_keep_their_order(together):
    rng = np.random.default_rng(0)
    x, y = rng.uniform((0, 0), (500, 400), (3000, 2)).T
    figure = Figure(figsize=(5, 4), dpi=100)
    canvas = FigureCanvasAgg(figure)
    panel = figure.add_axes((0, 0, 1, 1), xlim=(0, 500), ylim=(0, 400))
    scatter(panel, x, y, np.column_stack([rng.random((3000, 3)), np.ones(3000)]), 60.0)
    canvas.draw()
    assert not together
