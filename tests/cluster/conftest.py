"""A test Slurm cluster, and a run of the tiny study on it while faults are injected."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import TINY, WorkflowCopy, environment

from .slurm import GPU_MODEL, Job, Slurm, run, wait_until, what_is_missing

PLOT = "fernandez2021_figure_5"
#: The tiny study with two sections, single frames and the detectors of the embedded study: on Slurm each job takes
#: seconds to start.
SMALL = TINY | {
    "corpora": [corpus | ({"sections": ["00", "03"]} if "sections" in corpus else {}) for corpus in TINY["corpora"]],
    "stacks": {"sizes": [1]},
    "figures": TINY["figures"] | {"paper": {PLOT: TINY["figures"]["paper"][PLOT]}},
    "scores": ["autoencoder", "adacos"],
    "detectors": TINY["detectors"]
    | {"adacos": TINY["detectors"]["adacos"] | {"variants": ["one_head"], "back_end": {"density_neighbours": None}}},
    "tables": ["wilkinghoff2021_table_1", "wilkinghoff2021_table_2"],
}
#: Overrides of the profiles: fewer and larger groups, since each submission starts a new Snakemake.
FEWER_JOBS = [
    *("--latency-wait", "10", "--jobs", "5", "--max-status-checks-per-second", "5", "--groups"),
    *("extract_spectrograms=features", "extract_logmel=features", "sort_stacks=stacks", "sample_stacks=samples"),
    *("find_neighbours=umaps", "embed_umap=umaps"),
    *("plot_global=plots", "plot_machine=plots", "plot_section=plots", "plot_figure=plots"),
    *("--group-components", "features=5", "stacks=20", "samples=6", "umaps=6", "plots=10"),
]
#: Shorter intervals, for jobs that take seconds and a cluster without accounting.
IMPATIENT = [
    *("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "3"),
    *("--seconds-between-status-checks", "1"),
]
#: Seconds to wait for a job, on a machine that may be busy.
PATIENCE = 400
PARTITIONS = f"""\
partitions:
  cpu: {{max_threads: 2}}
  gpu: {{max_threads: 2, max_gpu: 2, available_gpu_models: [{GPU_MODEL}]}}
"""


@pytest.fixture(scope="session")
def slurm(tmp_path_factory) -> Iterator[Slurm]:
    """Start a Slurm; where that is impossible, skip the tests (fail if the variable CI is set)."""
    missing = what_is_missing()
    if missing and os.environ.get("CI"):
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    cluster = Slurm(tmp_path_factory.mktemp("slurm"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cluster.environment.items():
            patch.setenv(name, value)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def finished(copy_workflow) -> WorkflowCopy:
    """Run the same study to completion on this machine."""
    copy = copy_workflow(SMALL)
    run = copy.run()
    assert run.returncode == 0, run.stdout[-4000:]
    return copy


@contextmanager
def mounted(*arguments: str, at: Path) -> Iterator[None]:
    """Mount a file system for the duration of the block."""
    at.mkdir(parents=True, exist_ok=True)
    run("mount", *arguments, str(at))
    try:
        yield
    finally:
        run("umount", str(at))


class SlurmRun:
    """A running Snakemake with ``profiles/slurm``."""

    def __init__(self, copy: WorkflowCopy):
        self.log = copy.folder / "run.log"
        (copy.folder / "partitions.yaml").write_text(PARTITIONS)
        command = [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/slurm", *FEWER_JOBS, *IMPATIENT]
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [*command, "--configfile", "overlay.yaml"],
                cwd=copy.folder,
                env=environment() | {"SNAKEMAKE_SLURM_PARTITIONS": "partitions.yaml", "UADS_GPU_MODEL": GPU_MODEL},
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self) -> None:
        """Kill Snakemake and its children, except Slurm jobs, if it is still running."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def tail(self) -> str:
        return self.log.read_text()[-4000:]


def finished_rules(log: str) -> list[str]:
    """List the rules of the jobs that finished according to the log of Snakemake."""
    return [line.split("(Rule: ")[1].rstrip(")") for line in log.splitlines() if line.startswith("Finished jobid")]


@dataclass
class Story:
    """Record of a run of the tiny study on Slurm: the disturbed jobs and the outcome."""

    copy: WorkflowCopy
    returncode: int
    jobs: list[Job]
    log: str = field(repr=False)
    cancelled: Job
    lost: Job
    killed: Job
    drained: str
    drained_after: int
    drained_until: int

    def of_rule(self, rule: str) -> list[Job]:
        return [job for job in self.jobs if job.rule == rule]


@pytest.fixture(scope="session")
def story(slurm: Slurm, finished: WorkflowCopy, copy_workflow) -> Iterator[Story]:
    """Run the tiny study on Slurm with injected faults; its raw data are on a read-only mount."""
    copy: WorkflowCopy = copy_workflow(SMALL)
    raw = finished.folder / "resources/corpora/plant"
    shared, small = copy.folder / "resources/corpora/plant", copy.results() / "corpora/air"
    with (
        mounted("--bind", "--read-only", str(raw), at=shared),
        mounted("-t", "tmpfs", "-o", "size=4k", "tmpfs", at=small),
    ):
        yield tell(slurm, copy, small)


def tell(slurm: Slurm, copy: WorkflowCopy, small: Path) -> Story:
    """Run Snakemake, inject faults, restart it, and return the record of the completed run."""
    earlier = {job.id for job in slurm.jobs()}
    first = SlurmRun(copy)
    try:
        harmed = do_harm(slurm, copy, small, first)
    finally:
        first.kill()
    for job in slurm.jobs("RUNNING", "PENDING"):
        run("scancel", job.id)
    harmed["drained_until"] = int(slurm.jobs()[-1].id)
    slurm.update_node(harmed["drained"], "resume")
    assert copy.run("--unlock").returncode == 0
    second = SlurmRun(copy)
    try:
        second.process.wait(timeout=PATIENCE)
    finally:
        second.kill()
    returncode, log = second.process.returncode, second.log.read_text()
    own = [job for job in slurm.jobs() if job.id not in earlier]
    return Story(copy, returncode, own, log, **harmed)


def do_harm(slurm: Slurm, copy: WorkflowCopy, small: Path, snakemake: SlurmRun) -> dict[str, Any]:
    """Disturb the jobs of a run one after another and return the disturbed jobs."""

    def found(rule: str, wildcard: str) -> list[Job]:
        jobs = [job for job in slurm.jobs("RUNNING") if job.rule == rule]
        return [job for job in jobs if job.fields["Comment"].endswith(wildcard)]

    def running(rule: str, wildcard: str = "") -> Job:
        """Wait until a job of the rule (and of the last wildcard, if given) runs, and return it."""
        ended = snakemake.process.poll
        wait_until(lambda: found(rule, wildcard) or ended() is not None, f"a job of {rule} runs", PATIENCE)
        assert ended() is None, snakemake.tail()
        return found(rule, wildcard)[0]

    cancelled = running("index_corpus", "plant")
    run("scancel", cancelled.id)

    full = copy.results() / "logs/index_corpus/air.log"
    wait_until(lambda: full.exists() and "No space left on device" in full.read_text(), "the disk is full", PATIENCE)
    run("mount", "-o", "remount,size=10m", str(small))
    wait_until(lambda: "index_corpus" in {job.rule for job in slurm.jobs("FAILED")}, "its job has ended")

    lost = running("features_extract_logmel_extract_spectrograms")
    node = lost.fields["NodeList"]
    slurm.update_node(node, "down")
    wait_until(lambda: lost.id not in {job.id for job in slurm.jobs("RUNNING")}, "the job has left the lost node")
    slurm.update_node(node, "resume")

    killed = running("train_member")
    wait_until(lambda: slurm.processes(killed), "the script of train_member runs")
    for pid in slurm.processes(killed):
        os.kill(pid, signal.SIGKILL)

    drained = running("stacks_sort_stacks").fields["NodeList"]
    slurm.update_node(drained, "drain")
    drained_after = int(slurm.jobs()[-1].id)

    slurm.kill_controller()
    slurm.start_controller()

    running("samples_sample_stacks")
    wait_until(lambda: "train_member" in finished_rules(snakemake.log.read_text()), "its retry has ended", PATIENCE)
    return {
        "cancelled": cancelled,
        "lost": lost,
        "killed": killed,
        "drained": drained,
        "drained_after": drained_after,
    }
