"""The figure of a training shows its history."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from uads.figures.training.draw import DPI, SIZE, draw_training, plot_training

EPOCHS = np.arange(1, 9)
ONE_HEAD = pd.DataFrame({"epoch": EPOCHS, "loss": 4.0 / EPOCHS, "scale_section": 5.0 + EPOCHS})
TWO_HEADS = ONE_HEAD.assign(
    loss_section=1.5 / EPOCHS, loss_attribute=1.51 / EPOCHS, scale_attribute=ONE_HEAD["scale_section"] + 0.01
)


def names_in(panel):
    return [text.get_text() for text in panel.texts]


def test_lines_are_the_columns_and_discs_the_checkpoints():
    upper, lower = plot_training(ONE_HEAD, [4, 8], "title", ["print"]).axes
    for panel, column in ((upper, "loss"), (lower, "scale_section")):
        line, discs = panel.lines
        np.testing.assert_array_equal(line.get_ydata(), ONE_HEAD[column])
        np.testing.assert_array_equal(discs.get_xdata(), [4, 8])
    assert names_in(upper) == ["section 0.5"]
    assert names_in(lower) == ["section 13"]


def test_each_head_has_its_line_in_one_colour():
    upper, lower = plot_training(TWO_HEADS, [8], "title", []).axes
    assert [name.rsplit(" ", 1)[0] for name in names_in(upper)] == ["both heads", "section", "attribute"]
    colours = {text.get_text().split()[0]: text.get_color() for text in upper.texts}
    assert all(colours[text.get_text().split()[0]] == text.get_color() for text in lower.texts)
    assert len(set(colours.values())) == 3


@pytest.mark.parametrize("history", [ONE_HEAD, TWO_HEADS, ONE_HEAD[:1]])
def test_names_neither_overlap_nor_leave_the_figure(history):
    figure = plot_training(history, [1], "title", ["a long line " * 20, "another"])
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    width, height = (inches * figure.dpi for inches in SIZE)
    title, small_print = (text.get_window_extent(renderer) for text in figure.texts)
    axis = figure.axes[1].xaxis.label.get_window_extent(renderer)
    assert max(title.x1, small_print.x1) <= width
    assert small_print.y1 <= axis.y0
    for panel in figure.axes:
        boxes = sorted((text.get_window_extent(renderer) for text in panel.texts), key=lambda box: box.y0)
        assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 and box.y1 <= height for box in boxes)
        assert all(below.y1 <= above.y0 for below, above in zip(boxes[:-1], boxes[1:], strict=True))


def test_a_history_is_drawn_with_its_stand_ins(tmp_path):
    ONE_HEAD.to_csv(tmp_path / "history.csv", index=False)
    params = {"title": "Training of a", "checkpoints": [8], "stand_ins": ["All clips are synthesized"]}
    figure = draw_training(SimpleNamespace(history=tmp_path / "history.csv"), params)
    assert [text.get_text() for text in figure.texts][0] == "Training of a"
    assert "All clips are synthesized." in figure.texts[1].get_text()
    assert figure.dpi == DPI
