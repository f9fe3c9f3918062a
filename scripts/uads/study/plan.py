"""What a study will download, write and ask for, added up over the jobs that Snakemake plans."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from uads.core.entry import Jobs
from uads.corpora.datasets import Row
from uads.study.clip_groups import seconds_of
from uads.study.dag import PlannedJob, planned_jobs
from uads.study.disk import Stage, rule_stages, sound_stages
from uads.study.resources import JobResources, Request
from uads.study.sizes import Sizes
from uads.study.study import Study


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
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        datasets: Sequence[Row],
        counts: Sequence[Mapping[str, str]],
        snakefile: str | Path,
    ):
        self.study = Study(config, datasets)
        self._counts = counts
        self.jobs = planned_jobs(snakefile, config)

    def requests(self) -> list[Request]:
        """List what each job asks for that a scheduler is given."""
        return list(_requests(self.jobs, self.study.jobs(Sizes(self.study, self._counts))))

    def stages(self) -> list[Stage]:
        """List what is downloaded and written; the clips on the disk are read to learn their lengths."""
        sizes = Sizes(self.study, self._counts, seconds_of)
        sound = self.study.corpora.jobs(sizes)
        others = {rule: job for rule, job in self.study.jobs(sizes).items() if rule not in sound}
        jobs = [job for job in self.jobs if job.rule in others]
        written = zip(_requests(jobs, others), (job.n_outputs for job in jobs), strict=True)
        return [*sound_stages(self.study, sizes.groups), *rule_stages(written)]


def _requests(planned: Sequence[PlannedJob], jobs: Jobs) -> Iterator[Request]:
    resources = JobResources(jobs)
    for job in planned:
        if job.rule in jobs:
            yield resources.request(job.rule, SimpleNamespace(**job.wildcards))
