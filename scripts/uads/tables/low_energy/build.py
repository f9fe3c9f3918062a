"""The table of where the samples of lowest energy lie in each UMAP."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from uads.core.files import read_table
from uads.tables.render import Column, Layout, describe_stand_ins


def build_table(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build the table from the measured numbers of all UMAPs: ``inputs.measured``."""
    table = pd.concat([read_table(path) for path in inputs.measured], ignore_index=True)
    return table, layout_low_energy(table, params["stand_ins"], params["study"])


def layout_low_energy(table: pd.DataFrame, stand_ins: Sequence[str], study: str) -> Layout:
    """Return the layout of the table of :func:`uads.measures.low_energy.measure.measure_umaps`."""
    columns = [
        Column("scope", "machine"),
        Column("representation", "representation"),
        Column("k", "stack"),
        Column("samples", "samples", 0),
        Column("lowest", "lowest", 0),
        Column("share", "within the region, %", 1),
        Column("expected", "expected, %", 1),
        Column("limit", "chance limit, %", 1),
        Column("times", "ratio to expected", 1),
    ]
    if table["reason"].any():
        columns.append(Column("reason", "remark"))
    notes = [
        "“lowest” are the 1 % of the samples with the lowest energy. “within the region” is the share of them in the "
        "smallest disc around the cross (the mean position of the samples that follow the very lowest) that contains "
        "5 % of all samples. The samples averaged for the cross are excluded everywhere.",
        "“expected” is the share if energy had no effect on position. “chance limit” would then be exceeded in one "
        "case in a hundred if samples were independent. Stacks of one clip are not independent, so the limit is too "
        "low if few clips contain all the lowest samples.",
        "The energy of L3 samples is that of the waveform in the same window. Fernandez and Plumbley (2021) observe "
        "that the lowest energies concentrate on the “horn”, and give no number.",
    ]
    warnings = describe_stand_ins(stand_ins, study)
    return Layout("The horn: where the samples of lowest energy lie", [("", columns)], notes, warnings)
