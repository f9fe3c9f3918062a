"""What each job asks of a scheduler, from its entry and its work: with room to spare, and more with each attempt."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from uads.core.entry import Entry, Jobs, Workload
from uads.core.errors import UserError

#: By how much a request exceeds what is expected.
SPARE_TIME, SPARE_MEMORY, SPARE_DISK = 3.0, 1.3, 1.2
#: Requests are rounded up to multiples of these, which are also the smallest requests.
MINUTES_STEP, MEGABYTES_STEP = 10, 100


@dataclass(frozen=True)
class Request:
    """What one job asks for, and what it is expected to take.

    Attributes
    ----------
    rule : str
    mem_mb, runtime, disk_mb : int
        Asked for at the first attempt; the runtime in minutes.
    core_seconds : float
        Expected on cores alone.
    gpu_seconds : float, optional
        Expected on a GPU; None for jobs that have no use for one.
    output_bytes : float, default 0
        Expected to be written.
    threads : int, default 1
        Cores that it asks for.
    """

    rule: str
    mem_mb: int
    runtime: int
    disk_mb: int
    core_seconds: float
    gpu_seconds: float | None = None
    output_bytes: float = 0
    threads: int = 1


def request_of(rule: str, entry: Entry, work: Workload, threads: int = 1, has_gpu: bool = True) -> Request:
    """Compute what a job asks for at its first attempt.

    Parameters
    ----------
    rule : str
    entry : Entry
    work : Workload
    threads : int, default 1
        Among which the time on a CPU is divided. A GPU counts for as many as its speedup, but for one in the start.
    has_gpu : bool, default True
        Whether jobs that ask for a GPU get one; else their time is that on a CPU.
    """
    cost = entry.cost
    core_seconds = cost.startup_seconds + cost.seconds_per_unit * work.units
    gpu_seconds = None
    if cost.gpu_speedup is not None:
        gpu_seconds = cost.startup_seconds + cost.seconds_per_unit * work.units / cost.gpu_speedup
    seconds = core_seconds / threads
    if has_gpu and gpu_seconds is not None:
        seconds = min(seconds, gpu_seconds)
    return Request(
        rule,
        mem_mb=_round_up(
            SPARE_MEMORY * (cost.base_mb + cost.memory_factor * work.resident_bytes / 1e6), MEGABYTES_STEP
        ),
        runtime=_round_up(SPARE_TIME * seconds / 60, MINUTES_STEP),
        disk_mb=_round_up(SPARE_DISK * work.output_bytes / 1e6, MEGABYTES_STEP),
        core_seconds=core_seconds,
        gpu_seconds=gpu_seconds,
        output_bytes=work.output_bytes,
        threads=threads,
    )


class JobResources:
    """Requests of the jobs of a study.

    Parameters
    ----------
    jobs : mapping
        By rule, see :data:`uads.core.entry.Jobs`.
    """

    def __init__(self, jobs: Jobs):
        self.jobs = jobs

    def of(self, rule: str, has_gpu: bool = True) -> dict[str, Callable[..., int]]:
        """Return the functions that a rule states as its resources: mem_mb, runtime (minutes), disk_mb, group_cores.

        ``group_cores`` are the job's cores under a name that a profile can bound for jobs that are submitted together:
        those that exceed the bound run after the others, instead of all asking for their cores side by side.

        Parameters
        ----------
        rule : str
        has_gpu : bool, default True
            Whether the rule's jobs get the GPU that they ask for.

        Raises
        ------
        UserError
            If the rule has no entry.
        """
        if rule not in self.jobs:
            raise UserError(
                f"rule {rule}: its cost is not declared: add its entry to the jobs() of a view of the study"
            )
        # Snakemake evaluates these for every job that is ready, each time that it looks for jobs to start.
        known: dict[tuple[Any, ...], Request] = {}

        def request(wildcards: Any, threads: int | None = None) -> Request:
            key = (*wildcards, threads)
            if key not in known:
                known[key] = self.request(rule, wildcards, threads, has_gpu)
            return known[key]

        return {
            "mem_mb": lambda wildcards, attempt: attempt * request(wildcards).mem_mb,
            "runtime": lambda wildcards, attempt, threads: attempt * request(wildcards, threads).runtime,
            "disk_mb": lambda wildcards: request(wildcards).disk_mb,
            "group_cores": lambda wildcards, threads: threads,
        }

    def request(self, rule: str, wildcards: Any, threads: int | None = None, has_gpu: bool = True) -> Request:
        """Compute what a job asks for at its first attempt.

        Parameters
        ----------
        rule : str
        wildcards : object
            With the rule's wildcards as attributes.
        threads : int, optional
            By default those of the entry.
        has_gpu : bool, default True
            Whether it gets the GPU that it asks for.
        """
        entry, work = self.jobs[rule](wildcards)
        return request_of(rule, entry, work, entry.threads if threads is None else threads, has_gpu)


def merge_jobs(*parts: Jobs) -> dict[str, Callable[[Any], tuple[Entry, Workload]]]:
    """Join the jobs of several views.

    Raises
    ------
    ValueError
        If two views declare the same rule.
    """
    merged: dict[str, Any] = {}
    for part in parts:
        if double := merged.keys() & part.keys():
            raise ValueError(f"two views declare the jobs of {', '.join(sorted(double))}")
        merged |= part
    return merged


def _round_up(value: float, step: int) -> int:
    """Round up to a multiple of a step, and to one at least."""
    return step * max(1, math.ceil(value / step))
