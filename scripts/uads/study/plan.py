"""What a study will download, write and ask for, added up over the jobs that Snakemake plans."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from uads.corpora.datasets import Row
from uads.study.clip_groups import ClipGroup, seconds_of
from uads.study.dag import PlannedJob, planned_jobs
from uads.study.resources import JobResources, Request
from uads.study.schedule import Task
from uads.study.sizes import Sizes
from uads.study.stages import Stage, stages_of
from uads.study.study import Study

#: Snakemake's own time for each job, from the demo: 142 s for 524 jobs.
SNAKEMAKE_SECONDS = 0.27


class Plan:
    """The jobs of a whole study, as if no file of it existed.

    Parameters
    ----------
    config : mapping
        The validated config.
    datasets : sequence of mapping
        The rows of the dataset table.
    counts : sequence of mapping
        See :func:`uads.corpora.layouts.clip_counts`.
    snakefile : path
    length : callable, optional
        Returns the seconds of one of a user's clips; by default read from the headers of some. None: a nominal length,
        as in the resources of the rules.

    Attributes
    ----------
    study : Study
    jobs : list of PlannedJob
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        datasets: Sequence[Row],
        counts: Sequence[Mapping[str, str]],
        snakefile: str | Path,
        length: Callable[[str], float | None] | None = seconds_of,
    ):
        self.study = Study(config, datasets)
        self._sizes = Sizes(self.study, counts, length)
        self.jobs = planned_jobs(snakefile, config)

    @cached_property
    def _requests(self) -> list[Request | None]:
        """List what each job asks for; None for jobs that no scheduler is given."""
        resources = JobResources(self.study.jobs(self._sizes))
        return [
            resources.request(job.rule, SimpleNamespace(**job.wildcards)) if job.rule in resources.jobs else None
            for job in self.jobs
        ]

    @property
    def requested(self) -> Iterator[tuple[PlannedJob, Request]]:
        """Yield each job that a scheduler is given, and what it asks for."""
        return ((job, own) for job, own in zip(self.jobs, self._requests, strict=True) if own is not None)

    def requests(self) -> list[Request]:
        """List what each job asks for that a scheduler is given."""
        return [request for _, request in self.requested]

    @property
    def groups(self) -> list[ClipGroup]:
        """List the groups of clips of all corpora."""
        return self._sizes.groups

    def stages(self) -> list[Stage]:
        """List what is downloaded and written."""
        return stages_of(self.study, self.groups, self.requested)

    def tasks(self, has_gpu: bool) -> list[Task]:
        """List the jobs for :func:`uads.study.schedule.simulate`; downloads take no time.

        Parameters
        ----------
        has_gpu : bool
            Whether there is a GPU for the jobs that ask for one; they wait for each other in any case.
        """
        return [_task(job, own, has_gpu) for job, own in zip(self.jobs, self._requests, strict=True)]


def _task(job: PlannedJob, request: Request | None, has_gpu: bool) -> Task:
    if request is None:
        return Task(SNAKEMAKE_SECONDS, job.after)
    seconds, asks = request.core_seconds / request.threads, request.gpu_seconds is not None
    if has_gpu and request.gpu_seconds is not None:
        seconds = request.gpu_seconds
    return Task(SNAKEMAKE_SECONDS + seconds, job.after, request.threads, request.mem_mb, asks)
