"""The number of samples of a subset."""

import pandas as pd

from uads.core.files import read_metadata, read_table


def count_samples(inputs, params):
    """Count the samples of each table."""
    rows = []
    for path in inputs.tables:
        metadata = read_metadata(path)
        subset = {key: metadata[key] for key in ("scope", "representation", "k")}
        rows.append(subset | {"samples": len(read_table(path))})
    return pd.DataFrame(rows)
