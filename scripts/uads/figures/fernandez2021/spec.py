"""The five figures of Fernandez and Plumbley (2021), declared."""

from uads.figures.base import PaperPlot

TITLES = [
    "pump, log-mel, stacks of 5, an excerpt with marked regions",
    "all machines, log-STFT, stacks of 10",
    "ToyCar, L3, without external corpora",
    "fan, L3",
    "valve, section 00, log-mel, with the cross of the lowest energies",
]
PAPER_PLOTS = {
    f"fernandez2021_figure_{number}": PaperPlot(
        title=f"Figure {number} of Fernandez and Plumbley (2021): {title}.",
        label=f"Figure {number} of Fernandez and Plumbley (2021)",
        aliases=(f"figure_{number}",),
    )
    for number, title in enumerate(TITLES, 1)
}
