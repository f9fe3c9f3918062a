"""The plan of a study as text: its stages, what the whole needs, and whether it fits on this computer."""

import math
import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from uads.core.words import all_of
from uads.study.plan import Plan
from uads.study.request_table import as_duration, as_size, as_text, as_time, without_empty
from uads.study.schedule import simulate
from uads.study.stages import Stage, bytes_lacking, bytes_there

WIDTH = 100
#: Less is not worth mentioning, for example the log of this command.
NOTHING_BYTES = 1e6


@dataclass(frozen=True)
class Computer:
    """What the jobs run on.

    Attributes
    ----------
    free_bytes : float
        Of the disk.
    memory_bytes : float, optional
        None if jobs are submitted to other machines.
    cores : int
        Cores of this computer, or number of jobs that are submitted at a time.
    gpus : int
        How many of the jobs that ask for a GPU run at a time.
    """

    free_bytes: float
    memory_bytes: float | None
    cores: int
    gpus: int


def this_computer(cores: int, submitted: int | None, gpus: int | None) -> Computer:
    """Describe where the jobs of this command would run.

    Parameters
    ----------
    cores : int
        ``--cores``.
    submitted : int, optional
        ``--jobs`` of a profile that submits jobs; None if they run on this computer.
    gpus : int, optional
        ``--resources gpu=N``; None if jobs that ask for a GPU do not wait for each other.
    """
    free = shutil.disk_usage(".").free
    if submitted is not None:
        return Computer(free, None, submitted, gpus or submitted)
    return Computer(free, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), cores, gpus or cores)


def describe(plan: Plan, computer: Computer) -> str:
    """Describe a plan in at most 100 columns; the last line states whether the study fits."""
    stages = plan.stages()
    total, there = sum(stage.n_bytes for stage in stages), bytes_there(plan.study)
    largest = max(stages, key=lambda stage: stage.memory_mb)
    facts = [
        f"disk    {as_size(total)} in all, {_present(there)}; {as_size(computer.free_bytes)} free",
        f"memory  {as_size(1e6 * largest.memory_mb)} for one job at most ({largest.name})",
        f"time    {_times(plan, stages, computer)}",
    ]
    return "\n".join(
        [
            f"{len(plan.jobs):,} jobs of the study '{plan.study.name}'",
            "",
            as_text(without_empty(tabulate(stages))),
            "",
            *(textwrap.fill(fact, WIDTH, subsequent_indent=8 * " ") for fact in facts),
            "",
            *(textwrap.fill(note, WIDTH) for note in _notes(plan, stages, computer)),
            "",
            textwrap.fill(_verdict(bytes_lacking(total, there, computer.free_bytes), largest, computer), WIDTH),
        ]
    )


def tabulate(stages: Sequence[Stage]) -> list[tuple[str, ...]]:
    """Tabulate stages: jobs, files, bytes on the disk, memory of a job, time of all jobs without and with GPUs."""
    head = ("stage", "jobs", "files", "disk", "memory of a job", "core time", "GPU time")
    return [head, *(_cells(stage) for stage in stages)]


def _cells(stage: Stage) -> tuple[str, ...]:
    return (
        stage.name,
        f"{stage.n_jobs:,}" if stage.n_jobs else "",
        f"{stage.n_files:,}" if stage.n_files else "",
        as_size(stage.n_bytes) if stage.n_bytes else "",
        as_size(1e6 * stage.memory_mb) if stage.n_jobs else "",
        as_time(stage.core_seconds) if stage.n_jobs else "",
        "" if stage.gpu_seconds is None else as_time(stage.gpu_seconds),
    )


def _present(n_bytes: float) -> str:
    return f"{as_size(n_bytes)} of it there already" if n_bytes >= NOTHING_BYTES else "nothing of it there yet"


def _times(plan: Plan, stages: Sequence[Stage], computer: Computer) -> str:
    """Return how long the study takes without and, where that makes a difference, with GPUs."""
    limit = math.inf if computer.memory_bytes is None else computer.memory_bytes / 1e6
    without, with_gpu = (
        as_duration(simulate(plan.tasks(has_gpu), computer.cores, computer.gpus, limit).seconds)
        for has_gpu in (False, True)
    )
    where = f"on {computer.cores} cores" if computer.memory_bytes else f"with {computer.cores} jobs at a time"
    extra = ", and the downloads" if any(not stage.n_jobs for stage in stages) else ""
    if all(stage.gpu_seconds is None for stage in stages):
        return f"{without} {where}{extra}"
    gpus = "a GPU" if computer.gpus == 1 else f"{computer.gpus} GPUs"
    return f"{without} {where} without a GPU, {with_gpu} with {gpus} (assumed){extra}"


def _notes(plan: Plan, stages: Sequence[Stage], computer: Computer) -> Iterator[str]:
    """Yield what the numbers mean, and what would change them."""
    yield (
        "Disk and time are estimates from the number and length of clips, and times from rates on one computer. Memory "
        "is what a job asks for, with room to spare."
    )
    if estimated := [stage.estimated for stage in stages if stage.estimated]:
        yield f"The sizes of {all_of(estimated)} are not known either."
    if any(stage.gpu_seconds is not None for stage in stages):
        yield (
            "GPU times are assumed from numbers of operations, not measured. Of the jobs that can use a GPU, "
            f"{computer.gpus} {'runs' if computer.gpus == 1 else 'run'} at a time even if there is none: "
            "--resources gpu=N changes that."
        )
    if computer.memory_bytes:
        most = simulate(plan.tasks(False), computer.cores, computer.gpus).memory_mb
        if 1e6 * most > computer.memory_bytes:
            yield (
                f"Jobs that run at the same time may ask for {as_size(1e6 * most)}, this computer has "
                f"{as_size(computer.memory_bytes)}: add --resources mem_mb={computer.memory_bytes / 1e6:.0f}, so that "
                "they wait for each other."
            )


def _verdict(lacking: float, largest: Stage, computer: Computer) -> str:
    reasons = []
    if lacking > 0:
        reasons.append(f"{as_size(lacking)} of disk are missing: free space, or run from a folder on a larger disk")
    if computer.memory_bytes is not None and 1e6 * largest.memory_mb > computer.memory_bytes:
        reasons.append(
            f"{largest.name} asks for {as_size(1e6 * largest.memory_mb)} of memory, this computer has "
            f"{as_size(computer.memory_bytes)}: draw fewer samples, or run on a larger computer"
        )
    return f"Does not fit: {'; '.join(reasons)}" if reasons else "Fits on this disk and in this memory"
