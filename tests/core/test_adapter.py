"""The log of a job states its resource use, and locks on network file systems do not stop jobs."""

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import h5py
import pytest

from tests.helpers import SCRIPTS

#: A job that reads a store, as run by Snakemake.
JOB = """
import sys
from types import SimpleNamespace
from adapter import job
snakemake = SimpleNamespace(threads=1, log=["job.log"], rule="read_store", resources={})
with job(snakemake):
    import h5py
    with h5py.File(sys.argv[1], "r") as file:
        print("frames:", file["frames"][()])
"""


@pytest.fixture
def locked(tmp_path):
    """Return a store that appears locked by another process."""
    path = tmp_path / "store.h5"
    with h5py.File(path, "w") as file:
        file["frames"] = 313
    with open(path, "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield path


def read(path: Path, code: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "HDF5_USE_FILE_LOCKING"}
    return subprocess.run(
        [sys.executable, "-c", code, path],
        cwd=path.parent,
        env=environment | {"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
    )


def test_a_job_reads_a_store_that_is_locked(locked):
    assert "unable to lock file" in read(locked, "import h5py, sys; h5py.File(sys.argv[1], 'r')").stderr
    assert read(locked, JOB).returncode == 0
    assert "frames: 313" in (locked.parent / "job.log").read_text()


def test_the_log_ends_with_what_the_job_took(locked):
    read(locked, JOB)
    *_, last = (locked.parent / "job.log").read_text().splitlines()
    took = re.search(r"took ([\d.]+) core seconds and (\d+) MB$", last)
    assert took
    assert 0 < float(took[1]) < 60
    assert 20 < int(took[2]) < 1000


def test_what_jobs_took_is_tabulated_by_rule(tmp_path):
    for name, took in {
        "train_adacos/s1_seed0.log": "10.0 core seconds and 900 MB",
        "train_adacos/s2_seed0.log": "12.4 core seconds and 1000 MB",
        "score_adacos.log": "1.5 core seconds and 236 MB",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"2026-11-21 14:40:08,260 took {took}\n")
    (tmp_path / "train_adacos/failed.log").write_text("Traceback\n")
    done = subprocess.run([sys.executable, SCRIPTS / "measure_jobs.py", tmp_path], capture_output=True, text=True)
    assert done.stdout.splitlines()[2:] == ["| `score_adacos` | 1 | 2 | 236 |", "| `train_adacos` | 2 | 22 | 1000 |"]
