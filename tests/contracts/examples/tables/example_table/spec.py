"""The number of samples of each UMAP, declared."""

from uads.core.entry import Cost, Entry, constant_workload
from uads.tables.base import Table

TABLES = {
    "example_table": Table(
        title="The number of samples of each UMAP.",
        label="samples",
        caption="The number of samples of each UMAP.",
        inputs=lambda study: {"measured": study.measures.files("example_measure")},
        build=Entry("uads.tables.example_table.build:build_table", Cost(3, 0, 250), constant_workload),
    )
}
