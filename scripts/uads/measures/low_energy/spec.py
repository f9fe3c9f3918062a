"""The concentration of the samples of lowest energy, declared."""

from uads.core.entry import Cost, Entry, constant_workload
from uads.measures.base import Measure

MEASURES = {
    "low_energy": Measure(
        title="Measure how closely the samples of lowest energy lie around the cross in each UMAP.",
        on="umap",
        per="study",
        entry=Entry("uads.measures.low_energy.measure:measure_low_energy", Cost(3, 0, 350), constant_workload),
        params=lambda study: {key: study.config["figures"][key] for key in ("cross_skip", "cross_average")},
    )
}
