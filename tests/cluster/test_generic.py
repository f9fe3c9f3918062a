"""The generic profile runs the study through its submit script (here on Slurm) with the same results."""

import subprocess
import sys

import pandas as pd
import pytest

from tests.helpers import WorkflowCopy, environment

from .conftest import FEWER_JOBS, SMALL
from .slurm import GPU_NODE, Slurm

pytestmark = [pytest.mark.slow, pytest.mark.slurm]


@pytest.fixture(scope="module")
def submitted(slurm: Slurm, copy_workflow) -> WorkflowCopy:
    copy: WorkflowCopy = copy_workflow(SMALL)
    before = {job.id for job in slurm.jobs()}
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/generic"]
    done = subprocess.run(
        [*command, *FEWER_JOBS, "--seconds-between-status-checks", "1", "--configfile", "overlay.yaml"],
        cwd=copy.folder,
        env=environment() | {"UADS_SUBMIT_OPTIONS": "--partition=cpu,gpu"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    jobs = [job for job in slurm.jobs() if job.id not in before]
    assert {job.state for job in jobs} == {"COMPLETED"}
    on_gpu = [job for job in jobs if job.fields["NodeList"] == GPU_NODE and "TresPerJob" in job.fields]
    assert len(on_gpu) == 6, "training and applying two autoencoders and one network of AdaCos"
    return copy


def test_all_figures_and_the_report_are_there(submitted: WorkflowCopy, finished: WorkflowCopy):
    own, other = (figures_of(copy) for copy in (submitted, finished))
    assert own == other != set()
    assert (submitted.results() / "report.zip").exists()
    assert not submitted.partial_files()


def figures_of(copy: WorkflowCopy) -> set[str]:
    folder = copy.results() / "figures"
    return {str(path.relative_to(folder)) for path in folder.rglob("*.*") if path.stat().st_size}


def test_index_and_samples_equal_a_local_run(submitted: WorkflowCopy, finished: WorkflowCopy):
    for pattern in ("corpora/*/clips.parquet", "samples/*/*.parquet"):
        for path in sorted(finished.results().glob(pattern)):
            assert path.read_bytes() == (submitted.results() / path.relative_to(finished.results())).read_bytes()


def test_table_2_equals_a_local_run(submitted: WorkflowCopy, finished: WorkflowCopy):
    own, other = (pd.read_csv(copy.results() / "tables/wilkinghoff2021_table_2.csv") for copy in (submitted, finished))
    pd.testing.assert_frame_equal(own, other, rtol=1e-6, atol=1e-6)
