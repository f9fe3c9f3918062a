"""A bar for each score set."""

from matplotlib.figure import Figure

from uads.detectors.score_sets import read_scores


def draw_bars(inputs, params):
    """Draw the number of clips of each score set."""
    figure = Figure(figsize=(4, 3), dpi=100)
    figure.subplots().bar(params["labels"], [len(read_scores(path)) for path in inputs.scores])
    return figure
