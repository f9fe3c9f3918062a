"""The number of samples of a subset."""

import pandas as pd

from uads.core.files import read_metadata, read_table


def count_samples(inputs, params):
    """Count the samples of each table."""
    return pd.DataFrame(
        [{"scope": read_metadata(path).get("scope"), "samples": len(read_table(path))} for path in inputs.tables]
    )
