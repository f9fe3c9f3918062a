"""The tiny study on a real Slurm gives the results of one machine, despite injected faults."""

import numpy as np
import pandas as pd
import pytest

from tests.helpers import WorkflowCopy

from .conftest import Story, finished_rules
from .slurm import GPU_MODEL, GPU_NODE, Job

pytestmark = [pytest.mark.slow, pytest.mark.slurm]

GPU_RULES = {"train_member", "infer_member"}


def test_the_study_completes(story: Story):
    assert story.returncode == 0, story.log[-4000:]
    assert (story.copy.results() / "report.zip").exists()
    assert not story.copy.partial_files()


@pytest.mark.parametrize("pattern", ["corpora/*/clips.parquet", "stacks/*/*/*.h5", "samples/*/*.parquet"])
def test_index_stacks_and_samples_equal_a_local_run(story: Story, finished: WorkflowCopy, pattern):
    paths = sorted(finished.results().glob(pattern))
    assert paths
    for path in paths:
        assert path.read_bytes() == (story.copy.results() / path.relative_to(finished.results())).read_bytes(), path


@pytest.mark.parametrize("table", ["wilkinghoff2021_table_1", "wilkinghoff2021_table_2", "exclusions"])
def test_tables_equal_a_local_run(story: Story, finished: WorkflowCopy, table):
    own, other = (pd.read_csv(copy.results() / f"tables/{table}.csv") for copy in (story.copy, finished))
    pd.testing.assert_frame_equal(own, other, rtol=1e-6, atol=1e-6)


def test_gpus_are_allocated_as_requested(story: Story):
    asked = [job for job in story.jobs if job.rule in GPU_RULES]
    assert {job.fields["TresPerJob"] for job in asked} == {f"gres:gpu:{GPU_MODEL}:1"}
    completed = [job for job in asked if job.state == "COMPLETED"]  # without a GPU, after a restart, a job fails
    assert {job.rule for job in completed} == GPU_RULES
    for job in completed:
        assert job.fields["NodeList"] == GPU_NODE
        assert job.fields["JOB_GRES"] == f"gpu:{GPU_MODEL}:1"
    assert not [job.rule for job in story.jobs if "TresPerJob" in job.fields and job not in asked]


def test_a_job_uses_the_gpu_that_it_was_given(story: Story):
    logs = [path for rule in GPU_RULES for path in story.copy.results().glob(f"logs/{rule}/*/*.log")]
    assert len(logs) == 6, "training and applying two autoencoders and one network of AdaCos"
    for path in logs:
        assert "GPUs of this job: 0" in path.read_text() or "GPUs of this job: 1" in path.read_text()


def test_a_group_requests_one_core_and_the_summed_time(story: Story):
    for rules in ("features_extract_logmel_extract_spectrograms", "stacks_sort_stacks", "samples_sample_stacks"):
        done = [job for job in story.of_rule(rules) if job.state == "COMPLETED"]
        assert done
        for job in done:
            assert job.fields["NumCPUs"] == "1"
            assert job.fields["TimeLimit"] not in {"00:10:00", "00:20:00"}, "three jobs or more, ten minutes each"


def retries_of(story: Story, job: Job) -> list[Job]:
    """Return the later attempts of a job; the last one completed."""
    same = [other for other in story.jobs if other.fields["Comment"] == job.fields["Comment"]]
    retries = [other for other in same if int(other.id) > int(job.id)]
    assert retries[-1].state == "COMPLETED"
    return retries


def megabytes(job: Job) -> int:
    return int(job.fields["MinMemoryNode"].removesuffix("M"))


@pytest.mark.parametrize(("harm", "state"), [("cancelled", "CANCELLED"), ("killed", "FAILED")])
def test_a_killed_job_is_retried_with_more_memory_and_time(story: Story, harm, state):
    harmed: Job = getattr(story, harm)
    (recorded,) = [job for job in story.jobs if job.id == harmed.id]
    assert recorded.state == state
    again = retries_of(story, recorded)[0]
    assert megabytes(again) == 2 * megabytes(recorded)
    assert recorded.fields["TimeLimit"] == "00:10:00"
    assert again.fields["TimeLimit"] == "00:20:00"


def test_a_job_of_a_failed_node_is_restarted(story: Story):
    (recorded,) = [job for job in story.jobs if job.id == story.lost.id]
    assert recorded.fields["Restarts"] != "0" or recorded.state == "NODE_FAIL"


def test_a_drained_node_ends_what_it_runs_and_gets_nothing_new(story: Story):
    while_drained = [job for job in story.jobs if story.drained_after < int(job.id) <= story.drained_until]
    assert while_drained
    assert story.drained not in {job.fields["NodeList"] for job in while_drained}


def test_a_full_disk_fails_one_job_whose_retry_finds_room(story: Story):
    failed = [job for job in story.of_rule("index_corpus") if job.state == "FAILED"]
    assert len(failed) == 1
    assert retries_of(story, failed[0])


def test_a_killed_snakemake_resumes(story: Story):
    first, second = story.log.split("Building DAG of jobs...")[1:]
    done = set(finished_rules(first))
    assert {"index_corpus", "train_member"} <= done
    assert not {"index_corpus", "synthesize_external", "extract_logmel"} & set(finished_rules(second))


def test_raw_data_on_a_read_only_mount_are_left_as_they_were(story: Story, finished: WorkflowCopy):
    raw = "resources/corpora/plant"
    own, other = (sorted((copy.folder / raw).rglob("*")) for copy in (story.copy, finished))
    assert len(own) == len(other) > 0
    assert not np.any([path.is_symlink() for path in own])
    with pytest.raises(OSError, match="Read-only"):
        (story.copy.folder / raw / "new").touch()
