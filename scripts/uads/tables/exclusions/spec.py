"""The table of clips that were left out or kept with a warning, declared."""

from collections.abc import Mapping
from typing import Any

from uads.core.entry import Cost, Entry, constant_workload
from uads.tables.base import Table


def inputs(study: Any) -> Mapping[str, Any]:
    """Return the clip tables and the lists of bad clips of all corpora."""
    files = {"clips": "clips.parquet", "excluded": "excluded.csv"}
    return {
        name: [f"<results>/corpora/{corpus}/{file}" for corpus in study.corpora.by_name] for name, file in files.items()
    }


TABLES = {
    "exclusions": Table(
        title="The clips that were left out, or kept with a warning.",
        label="clips excluded or kept with a warning",
        caption="Bad clips, each with its reason: clips that were excluded, and clips that were kept with a warning. "
        "The config (``bad_clips``) sets what happens to each kind of bad clip, which may also be to stop the run.",
        inputs=inputs,
        build=Entry("uads.tables.exclusions.build:build_table", Cost(3, 0, 300), constant_workload),
        params=lambda _: {"stand_ins": []},
        category="Clips",
        always=True,
    ),
}
