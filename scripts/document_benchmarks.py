"""Copy what the benchmarks of a study gave, results/<study>/benchmarks, to where the project keeps it.

The table goes into docs/benchmarks.md, the rates to config/rates.csv, where the target ``plan`` finds them.
"""

import sys
from pathlib import Path

from uads.benchmarks.summary import insert_table
from uads.files import whole

ROOT = Path(__file__).parent.parent
PAGE, RATES = ROOT / "docs/benchmarks.md", ROOT / "config/rates.csv"


def main(folder: str) -> None:
    """Write page and rates anew."""
    page = insert_table(PAGE.read_text(), Path(folder, "summary.md").read_text())
    for path, text in ((PAGE, page), (RATES, Path(folder, "rates.csv").read_text())):
        with whole(path) as partial:
            partial.write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
