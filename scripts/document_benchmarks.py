"""Copy the benchmark results of a study, results/<study>/benchmarks, to docs/benchmarks.md.

Rows that were not measured again stay. The measured core seconds per frame or sample are printed: they belong into
``seconds_per_unit`` of the :class:`uads.core.entry.Cost` of each stage, in the ``costs.py`` or ``spec.py`` beside its
code.
"""

import sys
from pathlib import Path

from uads.benchmarks.summary import rates_of, read_measurements, update_table
from uads.core.errors import UserError
from uads.core.files import atomic_path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/benchmarks.md"
JOINED = ("summary.csv", "rates.csv")


def main(folder: str) -> None:
    """Update the page and print the rates."""
    tables = [path for path in sorted(Path(folder).glob("*.csv")) if path.name not in JOINED]
    if not tables:
        raise UserError(f"{folder} has no benchmarks: run snakemake benchmarks")
    rows = read_measurements(tables)
    page = update_table(PAGE.read_text(), rows)
    with atomic_path(PAGE) as partial:
        partial.write_text(page)
    for stage, rate in rates_of(rows).items():
        print(f"{stage}: seconds_per_unit={rate:.5g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
