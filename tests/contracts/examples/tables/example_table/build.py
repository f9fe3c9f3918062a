"""The number of samples of each UMAP."""

import pandas as pd

from uads.core.files import read_table
from uads.tables.render import Column, Layout


def build_table(inputs, params):
    """Build the table of samples."""
    table = pd.concat([read_table(path) for path in inputs.measured])
    return table, Layout("Samples", [("", [Column("scope", "scope"), Column("samples", "samples", 0)])])
