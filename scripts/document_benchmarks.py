"""Copy what the benchmarks of a study gave, results/<study>/benchmarks, to where the project keeps it.

The rows go into the table of docs/benchmarks.md, the rates to config/rates.csv, where the target ``plan`` finds them.
What was not measured anew stays.
"""

import sys
from pathlib import Path

import pandas as pd

from uads.benchmarks.summary import rates_of, read_measurements, update_table
from uads.errors import UserError
from uads.files import whole

ROOT = Path(__file__).parent.parent
PAGE, RATES = ROOT / "docs/benchmarks.md", ROOT / "config/rates.csv"
JOINED = ("summary.csv", "rates.csv")


def main(folder: str) -> None:
    """Write page and rates anew."""
    tables = [path for path in sorted(Path(folder).glob("*.csv")) if path.name not in JOINED]
    if not tables:
        raise UserError(f"{folder} has no benchmarks: run snakemake benchmarks")
    rows = read_measurements(tables)
    page = update_table(PAGE.read_text(), rows)
    rates = pd.read_csv(RATES, index_col="stage")["core_seconds"].to_dict() | rates_of(rows).to_dict()
    with whole(PAGE) as partial:
        partial.write_text(page)
    with whole(RATES) as partial:
        pd.Series(rates, name="core_seconds").to_csv(partial, index_label="stage")


if __name__ == "__main__":
    main(*sys.argv[1:])
