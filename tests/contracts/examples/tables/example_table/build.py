"""The number of samples of each UMAP."""

import pandas as pd

from uads.core.files import read_table
from uads.tables.render import Column, Layout, describe_stand_ins


def build_table(inputs, params):
    """Build the table of samples."""
    table = pd.concat([read_table(path) for path in inputs.measured])
    shown = [Column(name, name) for name in ("scope", "representation", "k")] + [Column("samples", "samples", 0)]
    warnings = describe_stand_ins(params["stand_ins"], params["study"])
    return table, Layout("Samples", [("", shown)], warnings=warnings)
