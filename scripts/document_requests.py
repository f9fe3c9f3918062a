"""Write the resource requests of the published study to docs/cluster.md, as the target ``plan`` computes them."""

from pathlib import Path

import yaml
from snakemake.utils import update_config

from uads.benchmarks.summary import insert_table
from uads.core.files import atomic_path
from uads.corpora.datasets import read_datasets
from uads.corpora.layouts import clip_counts
from uads.study.config import check_config
from uads.study.plan import Plan
from uads.study.request_table import BASIS, as_markdown, tabulate_requests

ROOT = Path(__file__).parent.parent
PAGE, TABLES = ROOT / "docs/cluster.md", ROOT / "config"


def main() -> None:
    """Update the page."""
    with atomic_path(PAGE) as partial:
        partial.write_text(insert_table(PAGE.read_text(), document_requests()))


def document_requests() -> str:
    """Return the resource requests of the published study as Markdown."""
    config: dict = {}
    for name in ("config.yaml", "published.yaml"):
        update_config(config, yaml.safe_load((TABLES / name).read_text()))
    counts = clip_counts()
    plan = Plan(check_config(config), read_datasets(TABLES / "datasets.csv"), counts, ROOT / "Snakefile", None)
    return f"{as_markdown(tabulate_requests(plan.requests()))}\n\n{BASIS}\n"


if __name__ == "__main__":
    main()
