"""Write docs/detectors.md's tables: the detectors of one study, run with several seeds.

Usage: python scripts/document_seeds.py results/<study> results/<study with another seed> ...
"""

import sys
from pathlib import Path

from uads.benchmarks.summary import insert_table
from uads.comparisons import METRICS
from uads.detectors.scores import read_scores
from uads.files import read_table, whole
from uads.spread import as_markdown, measure_spread
from uads.tables import TITLES

PAGE = Path(__file__).parent.parent / "docs/detectors.md"
DETECTORS = ["autoencoder", "mobilenetv2", "adacos"]


def main(*folders: str) -> None:
    """Write the page anew."""
    index = read_table(Path(folders[0], "corpora/embedded/clips.parquet"))
    scores = [{name: read_scores(Path(folder, f"scores/{name}.parquet")) for name in DETECTORS} for folder in folders]
    parts = [
        f"Mean ± standard deviation of {len(folders)} seeds ({', '.join(Path(f).name for f in folders)}), in percent."
    ]
    for part in ("development", "evaluation"):
        spread = measure_spread(index, scores, part)
        for metric in METRICS:
            parts += [f"### The {part} part, {TITLES[metric]}", as_markdown(spread, DETECTORS, metric)]
    with whole(PAGE) as partial:
        partial.write_text(insert_table(PAGE.read_text(), "\n\n".join(parts)))


if __name__ == "__main__":
    main(*sys.argv[1:])
