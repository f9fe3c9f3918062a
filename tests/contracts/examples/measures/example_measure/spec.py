"""The number of samples of a subset, declared."""

from uads.core.entry import Cost, Entry, Workload
from uads.measures.base import Measure

MEASURES = {
    "example_measure": Measure(
        title="Count the samples of each UMAP.",
        on="samples",
        per="subset",
        entry=Entry(
            "uads.measures.example_measure.measure:count_samples",
            Cost(3, 1e-6, 250, unit="subset"),
            lambda sizes, subsets: Workload(units=len(subsets)),
        ),
        params=lambda study: {},
    )
}
