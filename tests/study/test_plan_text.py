"""The plan states what a study needs in at most 100 columns, and in its last line whether that fits."""

import pytest

from tests.helpers import COUNTS, DATASETS, config_of
from uads.study import plan as plan_module
from uads.study.config import check_config
from uads.study.dag import PlannedJob
from uads.study.plan import Plan
from uads.study.plan_text import WIDTH, Computer, describe
from uads.study.request_table import as_duration, without_empty

JOBS = [
    PlannedJob("unpack_archive", {"corpus": "dcase2021", "archive": "fan_dev"}, 1),
    PlannedJob("index_corpus", {"corpus": "dcase2021"}, 2, (0,)),
    PlannedJob("extract_l3", {"batch": "dcase2021-fan-train"}, 1, (1,)),
    PlannedJob("sort_stacks", {"representation": "l3", "shard": "dcase2021-fan-train"}, 1, (2,)),
    PlannedJob("find_neighbours", {"scope": "global", "representation": "stft", "k": "10"}, 1, (3,)),
    PlannedJob("all", {}, 0, (4,)),
]
BIG = Computer(free_bytes=1e12, memory_bytes=64e9, cores=8, gpus=1)


@pytest.fixture
def plan(monkeypatch, tmp_path) -> Plan:
    """Return a plan of a few jobs of the published study, of which nothing is there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(plan_module, "planned_jobs", lambda snakefile, config: JOBS)
    return Plan(check_config(config_of("published.yaml")), DATASETS, COUNTS, "Snakefile")


def last_line(text: str) -> str:
    return text.splitlines()[-1]


def test_every_stage_has_a_line_and_nothing_is_wider_than_the_terminal(plan):
    lines = describe(plan, BIG).splitlines()
    assert lines[0] == "6 jobs of the study 'published'"
    stages = {line.split("  ")[0]: line for line in lines}
    assert {"download dcase2021", "unpack dcase2021", "extract_l3", "find_neighbours"} <= stages.keys()
    assert max(map(len, lines)) <= WIDTH
    assert " 0 " not in "\n".join(lines)


def test_there_is_one_total_of_the_disk(plan):
    text, total = describe(plan, BIG), sum(stage.n_bytes for stage in plan.stages())
    assert f"disk    {total / 1e9:.1f} GB in all, nothing of it there yet; 1.0 TB free" in text
    assert text.count("in all") == 1


def test_a_study_that_fits_says_so(plan):
    assert last_line(describe(plan, BIG)) == "Fits on this disk and in this memory"


def test_a_disk_that_is_too_small_is_the_last_word(plan):
    total = sum(stage.n_bytes for stage in plan.stages())
    small = Computer(total - 5e9, 64e9, 8, 1)
    assert last_line(describe(plan, small)).startswith("Does not fit: 5.0 GB of disk are missing: free space, or run")


def test_a_job_that_is_larger_than_the_memory_is_named(plan):
    text = describe(plan, Computer(1e12, 4e9, 8, 1))
    assert "Does not fit: find_neighbours asks for" in text
    assert "4.0 GB: draw fewer samples" in " ".join(text.split())


def test_time_follows_cores_and_gpus(plan):
    seconds = {request.rule: request for request in plan.requests()}["extract_l3"]
    hours, on_gpu = seconds.core_seconds / 3600, seconds.gpu_seconds / 60
    assert hours > 2 > on_gpu / 60
    (time,) = [line for line in describe(plan, BIG).splitlines() if line.startswith("time")]
    assert time.startswith(f"time    about {hours:.0f} hours on 8 cores without a GPU, about ")
    assert "minutes with a GPU (assumed)" in time


def test_where_jobs_are_submitted_memory_of_this_computer_does_not_matter(plan):
    text = describe(plan, Computer(1e12, None, 200, 200))
    assert "with 200 jobs at a time without a GPU" in text
    assert last_line(text).startswith("Fits")


def test_jobs_that_together_exceed_the_memory_get_a_limit(plan):
    extra = [PlannedJob("find_neighbours", {"scope": "global", "representation": "stft", "k": "10"}, 1)] * 3
    plan.jobs = [*JOBS, *extra]
    text = " ".join(describe(plan, Computer(1e12, 20e9, 8, 1)).split())
    assert "this computer has 20.0 GB: add --resources mem_mb=20000" in text


def test_empty_columns_are_left_out():
    assert without_empty([("a", "b", "c"), ("1", "", ""), ("2", "", "3")]) == [("a", "c"), ("1", ""), ("2", "3")]


@pytest.mark.parametrize(
    ("seconds", "text"), [(9, "a minute"), (1500, "about 25 minutes"), (9000, "about 2 hours"), (3e5, "about 3 days")]
)
def test_durations_are_readable(seconds, text):
    assert as_duration(seconds) == text
