"""The table of where the samples of lowest energy lie in each UMAP, declared."""

from uads.core.entry import Cost, Entry, constant_workload
from uads.tables.base import Table

TABLES = {
    "low_energy": Table(
        title='The "horn" of Fernandez and Plumbley (2021): the place of the samples of lowest energy in each UMAP.',
        label="the horn: where the lowest energies lie",
        caption="The horn: Fernandez and Plumbley (2021) observe that the samples of lowest energy concentrate in one "
        'place of each UMAP, the "horn". The table gives the share of the lowest 1 % that lies in the smallest disc '
        "around the cross that holds 5 % of all samples, for each machine, representation and stack size. If position "
        "did not depend on energy, that share would be 5 %.",
        inputs=lambda study: {"measured": study.measures.files("low_energy")},
        build=Entry("uads.tables.low_energy.build:build_table", Cost(3, 0, 350), constant_workload),
        params=lambda study: {"stand_ins": study.representations.stand_ins(*study.umaps.representations)},
        aliases=("horn",),
    ),
}
