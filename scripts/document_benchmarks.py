"""Copy the benchmark results of a study, results/<study>/benchmarks, to docs/benchmarks.md and config/rates.csv.

The rows update the table of docs/benchmarks.md; the rates update config/rates.csv, which the target ``plan`` reads.
Entries that were not measured again stay.
"""

import sys
from pathlib import Path

import pandas as pd

from uads.benchmarks.summary import rates_of, read_measurements, update_table
from uads.core.errors import UserError
from uads.core.files import atomic_path

ROOT = Path(__file__).parent.parent
PAGE, RATES = ROOT / "docs/benchmarks.md", ROOT / "config/rates.csv"
JOINED = ("summary.csv", "rates.csv")


def main(folder: str) -> None:
    """Update the page and the rates."""
    tables = [path for path in sorted(Path(folder).glob("*.csv")) if path.name not in JOINED]
    if not tables:
        raise UserError(f"{folder} has no benchmarks: run snakemake benchmarks")
    rows = read_measurements(tables)
    page = update_table(PAGE.read_text(), rows)
    rates = pd.read_csv(RATES, index_col="stage")["core_seconds"].to_dict() | rates_of(rows).to_dict()
    with atomic_path(PAGE) as partial:
        partial.write_text(page)
    with atomic_path(RATES) as partial:
        pd.Series(rates, name="core_seconds").to_csv(partial, index_label="stage")


if __name__ == "__main__":
    main(*sys.argv[1:])
