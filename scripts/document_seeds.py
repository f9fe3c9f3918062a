"""Write the tables of docs/detectors.md: the detectors of one study with several seeds.

Usage: python scripts/document_seeds.py results/<study> results/<study with another seed> ...
"""

import sys
from pathlib import Path

import pandas as pd

from uads.benchmarks.summary import insert_table
from uads.core.files import atomic_path, read_table
from uads.corpora.plant import PLANT_SEED, PlantSize
from uads.corpora.plant.truth import list_faults
from uads.detectors.score_sets import read_scores
from uads.evaluation.comparisons import METRICS, SPLIT_KEYS
from uads.evaluation.seed_statistics import as_markdown, faults_as_markdown, measure_faults, measure_spread
from uads.tables.comparison import TITLES
from uads.tables.wilkinghoff2021.seeds import BASELINES, DETECTORS, ENSEMBLE

PAGE = Path(__file__).parent.parent / "docs/detectors.md"
PARTS = ("development", "evaluation")


def main(*folders: str) -> None:
    """Update the page."""
    index = read_table(Path(folders[0], "corpora/embedded/clips.parquet"))
    scores = [{name: read_scores(Path(folder, f"scores/{name}.parquet")) for name in DETECTORS} for folder in folders]
    spreads = {part: measure_spread(index, scores, part) for part in PARTS}
    faults = measure_faults(index, list_faults(PlantSize(), PLANT_SEED), scores)
    names = ", ".join(Path(folder).name for folder in folders)
    parts = [f"Mean ± standard deviation of {len(folders)} seeds ({names}), in percent."]
    for part, spread in spreads.items():
        for metric in METRICS:
            parts += [f"### The {part} part, {TITLES[metric]}", as_markdown(spread, DETECTORS, metric)]
    parts += ["### By kind of fault, both parts and domains, AUC", faults_as_markdown(faults, DETECTORS)]
    parts += ["### Where the ensemble does not win", describe_losses(spreads), describe_chance(index)]
    with atomic_path(PAGE) as partial:
        partial.write_text(insert_table(PAGE.read_text(), "\n\n".join(parts)))


def describe_losses(spreads: dict[str, pd.DataFrame]) -> str:
    """List the rows in which a baseline's mean AUC exceeds the ensemble's."""
    rows = pd.concat([spread.assign(part=part) for part, spread in spreads.items()]).query("machine != 'all'")
    best = rows[[f"{name}_auc_mean" for name in BASELINES]]
    lead = best.max(axis=1) - rows[f"{ENSEMBLE}_auc_mean"]
    winner = best.idxmax(axis=1).str.removesuffix("_auc_mean")
    lost = [
        f"{row.machine}, {row.domain}, {row.part}: {name} by {points:.1f}"
        for row, name, points in zip(rows.itertuples(), winner, lead, strict=True)
        if points > 0
    ]
    won = f"The ensemble has the highest mean AUC in {len(rows) - len(lost)} of the {len(rows)} rows of a machine."
    return f"{won} In the others a baseline has a higher one: {'; '.join(lost)} points." if lost else won


def describe_chance(index: pd.DataFrame) -> str:
    """Describe how far the AUC of a random detector deviates from 50 % with so few clips."""
    tests = index[index["split"] == "test"]
    normal, anomalous = tests.groupby([*SPLIT_KEYS, "label"]).size().groupby("label").median()[["normal", "anomaly"]]
    deviation = 100 * ((normal + anomalous + 1) / (12 * normal * anomalous)) ** 0.5
    sections = tests.groupby(["part", "machine"])["section"].nunique().median()
    return (
        f"A section has {normal:.0f} normal and {anomalous:.0f} anomalous test clips per domain: the AUC of a random "
        f"detector is then 50 ± {deviation:.0f} (standard deviation), and its mean over {sections:.0f} sections "
        f"50 ± {deviation / sections**0.5:.0f}. Seeds do not change this, since the clips stay the same."
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
