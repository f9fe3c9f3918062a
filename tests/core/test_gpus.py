"""Jobs never share a GPU by accident and keep the assignment of a scheduler."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import SCRIPTS
from uads.core.errors import UserError
from uads.core.gpus import SCHEDULERS, SLURM_GAVE, claim_gpus, lock_free, visible_gpus, wait_for_gpus

#: Takes a GPU, prints its number, and holds it until standard input is closed.
HOLDER = """
import os, sys
from pathlib import Path
from uads.core.gpus import claim_gpus
with claim_gpus(1, Path(sys.argv[1])):
    print(os.environ["CUDA_VISIBLE_DEVICES"], flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def workstation(monkeypatch):
    """Set up two GPUs without a scheduler."""
    for name in SCHEDULERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")


def start(locks: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, locks],
        env=os.environ | {"PYTHONPATH": str(SCRIPTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(job: subprocess.Popen[str]) -> str:
    assert job.stdout is not None
    return job.stdout.readline().strip()


def test_concurrent_jobs_take_different_gpus_and_others_wait(workstation, tmp_path):
    first, second = start(tmp_path), start(tmp_path)
    taken = [told(first), told(second)]
    assert sorted(taken) == ["0", "1"]
    assert not lock_free(["0", "1"], 1, tmp_path)
    third = start(tmp_path)
    first.kill()
    first.wait()
    assert told(third) == taken[0], "a killed job leaves its GPU to the next"
    for job in (second, third):
        job.communicate()


def test_two_gpus_are_taken_together_or_not_at_all(tmp_path):
    (lock,) = lock_free(["0"], 1, tmp_path).values()
    assert list(lock_free(["0", "1"], 2, tmp_path)) == ["1"]
    lock.close()
    assert list(wait_for_gpus(["0", "1"], 2, tmp_path)) == ["0", "1"]


@pytest.mark.parametrize("name", SCHEDULERS)
def test_gpus_of_a_scheduler_are_kept(workstation, monkeypatch, tmp_path, name):
    monkeypatch.setenv(name, "7")
    with claim_gpus(1, tmp_path):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == "0,1"
    assert not list(tmp_path.iterdir())


@pytest.fixture
def slurm_job(monkeypatch):
    """Set up a Slurm job that requested a GPU and was given none."""
    for name in SLURM_GAVE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLURM_JOB_ID", "7")
    monkeypatch.setenv("SLURM_GPUS", "a100:1")


def test_a_slurm_job_without_its_requested_gpu_fails(slurm_job):
    with pytest.raises(UserError, match="without the GPU that it asked for .SLURM_GPUS=a100:1.: run it"), claim_gpus(1):
        pytest.fail("the job went on without a GPU")


@pytest.mark.parametrize("name", SLURM_GAVE)
def test_a_slurm_job_with_its_gpu_continues(slurm_job, monkeypatch, name):
    monkeypatch.setenv(name, "1")
    with claim_gpus(1):
        assert os.environ[name] == "1"


def test_a_job_without_gpu_ignores_the_request_of_another(slurm_job):
    with claim_gpus(0):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == ""


def test_a_job_that_asks_for_no_gpu_sees_none(workstation, tmp_path):
    with claim_gpus(0, tmp_path):
        assert os.environ["CUDA_VISIBLE_DEVICES"] == ""


def test_visible_gpus_come_from_the_environment_or_the_devices(tmp_path):
    for name in ("nvidia0", "nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm"):
        (tmp_path / name).touch()
    assert visible_gpus({}, tmp_path) == ["0", "2", "10"]
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": "1, 3"}, tmp_path) == ["1", "3"]
    assert visible_gpus({"CUDA_VISIBLE_DEVICES": "-1"}, tmp_path) == []
