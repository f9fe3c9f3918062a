"""Write the resource requests of the published study to docs/cluster.md, as the target ``plan`` computes them."""

from pathlib import Path

import yaml
from snakemake.utils import update_config

from uads.benchmarks.summary import insert_table
from uads.core.files import atomic_path
from uads.corpora.datasets import read_datasets
from uads.study.budget import read_clip_counts, read_rates
from uads.study.config import check_config
from uads.study.needs import BASIS, Needs, as_markdown, read_needs
from uads.study.study import Study

ROOT = Path(__file__).parent.parent
PAGE, TABLES = ROOT / "docs/cluster.md", ROOT / "config"


def main() -> None:
    """Update the page."""
    with atomic_path(PAGE) as partial:
        partial.write_text(insert_table(PAGE.read_text(), document_needs()))


def document_needs() -> str:
    """Return the resource requests of the published study as Markdown."""
    config: dict = {}
    for name in ("config.yaml", "published.yaml"):
        update_config(config, yaml.safe_load((TABLES / name).read_text()))
    study = Study(check_config(config), read_datasets(TABLES / "datasets.csv"))
    measured = read_needs(TABLES / "needs.csv", read_rates(TABLES / "rates.csv"))
    needs = Needs(study, read_clip_counts(TABLES / "clip_counts.csv"), measured)
    return f"{as_markdown(list(needs.requests()))}\n\n{BASIS}\n"


if __name__ == "__main__":
    main()
