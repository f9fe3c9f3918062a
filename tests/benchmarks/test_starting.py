"""The benchmark of starting up makes a study that can be planned, and measures the commands that it names."""

import csv
from collections import Counter

import pytest

from tests.helpers import ROOT
from uads.benchmarks.starting import CONFIG, SECTIONS, TABLE, measure_starting, spend, write_study


def test_the_study_lists_clips_that_exist(tmp_path):
    assert write_study(tmp_path, machines=2, clips_per_section=40) == 2 * len(SECTIONS) * 40
    with open(tmp_path / TABLE, newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["path"] for row in rows}) == len(rows)
    assert all((tmp_path / row["path"]).is_file() for row in rows)
    assert Counter(row["split"] for row in rows)["train"] == 0.7 * len(rows)
    assert (tmp_path / CONFIG).is_file()


def test_time_and_memory_of_a_command_are_its_own(tmp_path):
    spent = spend(tmp_path, "-c", "x = bytearray(200_000_000); x[::4096] = bytes(len(x[::4096])); print('total 12')")
    assert spent.peak_mb > 200
    assert spent.seconds > 0 < spent.core_seconds
    assert spent.jobs == 12


def test_a_failed_command_is_shown(tmp_path):
    with pytest.raises(RuntimeError, match="no such thing"):
        spend(tmp_path, "-c", "raise SystemExit('no such thing')")


@pytest.mark.slow
def test_dry_run_and_plan_of_a_study_of_own_clips_are_measured(tmp_path):
    first, later, plan = measure_starting(tmp_path, ROOT, machines=2, clips_per_section=40)
    assert [first.stage, later.stage, plan.stage] == [
        f"large study, {name}" for name in ("first dry run", "dry run", "plan")
    ]
    assert later.note.startswith("480 lines of CSV, ")
    assert all(one.ratio == one.baseline_seconds / one.seconds for one in (first, later, plan))
