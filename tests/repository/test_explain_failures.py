"""The command that explains a failed run names the failed jobs and their logs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import SCRIPTS

SCRIPT = SCRIPTS / "explain_failures.py"

#: A log of Snakemake: a retried job, one that was not retried, and two of a group.
RUN = """\
[Sat Nov 21 15:05:10 2026]
Error in rule index_corpus:
    message: SLURM-job '2' failed, SLURM status is: 'CANCELLED'.
    jobid: 6
    output: results/tiny/corpora/plant/clips.parquet, results/tiny/corpora/plant/excluded.csv
    log: logs/index.log, slurm/2.log (check log file(s) for error details)
    external_jobid: 2
Trying to restart job 6.
Finished jobid: 6 (Rule: index_corpus)
[Sat Nov 21 15:05:26 2026]
Error in rule extract_l3:
    jobid: 13
    input: a
    output: results/tiny/features/l3/fan.h5
    log: logs/l3.log, slurm/3.log (check log file(s) for error details)
Error in group stacks:
    log: slurm/4.log (check log file(s) for error details)
    jobs:
        rule sort_stacks:
            jobid: 20
            output: results/tiny/stacks/mel/k1/fan.h5
            log: logs/never_started.log (check log file(s) for error details)
        rule sample_stacks:
            jobid: 21
            output: results/tiny/samples/fan/mel_k1.parquet
            log: logs/sample.log (check log file(s) for error details)
[Sat Nov 21 15:06:02 2026]
rule figures:
    jobid: 30
"""


@pytest.fixture
def folder(tmp_path):
    for name, text in {
        ".snakemake/log/2026-11-21T1.snakemake.log": RUN.replace("extract_l3", "of_an_older_run"),
        ".snakemake/log/2026-11-21T2.snakemake.log": RUN,
        ".snakemake/log/2026-11-21T3.snakemake.log": "Unlocked working directory.\n",
        "logs/sample.log": "ValueError: no energies\n",
        "logs/l3.log": "Traceback (most recent call last):\n  File\nuads.core.errors.UserError: cannot read fan.wav\n",
        "slurm/3.log": "Building DAG of jobs...\nextract_l3: cannot read fan.wav [log: logs/l3.log]\nExiting\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def explain(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT], cwd=folder, capture_output=True, text=True)


def test_each_failed_job_is_listed_with_its_logs(folder):
    done = explain(folder)
    assert done.returncode == 1
    assert done.stdout == (
        "extract_l3, for results/tiny/features/l3/fan.h5\n"
        "  logs/l3.log\n"
        "    uads.core.errors.UserError: cannot read fan.wav\n"
        "  slurm/3.log\n"
        "    extract_l3: cannot read fan.wav [log: logs/l3.log]\n"
        "\n"
        "sample_stacks, for results/tiny/samples/fan/mel_k1.parquet\n"
        "  logs/sample.log\n"
        "    ValueError: no energies\n"
        "\n"
        "sort_stacks, for results/tiny/stacks/mel/k1/fan.h5\n"
        "  logs/never_started.log\n"
        "    (no log: the job never started)\n"
        "\n"
        "Retried to success: index_corpus\n"
    )


def test_a_run_without_failures_says_so(folder):
    (folder / ".snakemake/log/2026-11-21T4.snakemake.log").write_text("Finished jobid: 6 (Rule: index_corpus)\n")
    done = explain(folder)
    assert done.returncode == 0
    assert "No job failed permanently" in done.stdout


def test_a_run_with_nothing_to_do_has_no_failures(folder):
    (folder / ".snakemake/log/2026-11-21T4.snakemake.log").write_text("Nothing to be done (all are there).\n")
    assert explain(folder).returncode == 0


def test_a_missing_run_log_gives_one_line(tmp_path):
    done = explain(tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("there is no log of a run in .snakemake/log")
