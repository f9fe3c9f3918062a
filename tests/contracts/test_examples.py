"""A table, a figure and a measure are added by one folder each, and nothing else."""

import shutil
from pathlib import Path

import pytest

from ..workflow.conftest import TINY, House

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> House:
    """Return a copy of the workflow with the examples, in which nothing has run."""
    house = House(tmp_path_factory.mktemp("house"), TINY)
    shutil.copytree(EXAMPLES, house.folder / "scripts/uads", dirs_exist_ok=True)
    return house


def test_added_targets_are_listed(extended):
    listed = extended.run("--list").stdout
    assert "example_table (The number of samples of each UMAP.)" in listed
    assert "example_figure (A bar for each score set.)" in listed
    assert "bars (A bar for each score set.)" in listed
    assert "measure_example_measure (Count the samples of each UMAP.)" in listed


def test_an_added_table_collects_an_added_measure(extended):
    jobs = extended.planned("example_table")
    assert (jobs["tabulate"], jobs["measure_example_measure"], jobs["sample_stacks"]) == (1, 6, 6)
    assert "embed_umap" not in jobs, "the measure reads samples"


def test_an_added_figure_is_drawn_alone_and_with_all_figures(extended):
    assert extended.planned("bars")["draw_figure"] == 1
    every = extended.planned("figures")
    assert every["draw_figure"] == 3, "two trainings, and the example"
