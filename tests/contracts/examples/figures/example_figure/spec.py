"""A bar for each score set, declared."""

from uads.core.entry import Cost, Entry, constant_workload
from uads.figures.base import Figure

FIGURES = {
    "example_figure": Figure(
        title="A bar for each score set.",
        category="Scores",
        caption=lambda study, _: f"A bar for each score set of {study.name}.",
        inputs=lambda study, _: {"scores": [f"<results>/scores/{name}.parquet" for name in study.detectors.score_sets]},
        draw=Entry("uads.figures.example_figure.draw:draw_bars", Cost(3, 0, 350), constant_workload),
        params=lambda study, _: {"labels": [one.label for one in study.detectors.score_sets.values()]},
        aliases=("bars",),
    )
}
