"""The jobs of a study as Snakemake plans them, in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from snakemake.api import SnakemakeApi, WorkflowApi
from snakemake.settings.enums import Quietness
from snakemake.settings.types import ConfigSettings, DAGSettings, OutputSettings, ResourceSettings
from snakemake.workflow import Workflow


@dataclass(frozen=True)
class PlannedJob:
    """One job.

    Attributes
    ----------
    rule : str
    wildcards : mapping
    n_outputs : int
        Number of its outputs.
    after : tuple of int, default ()
        The jobs whose outputs it reads, by their places in the list of all jobs.
    """

    rule: str
    wildcards: Mapping[str, str]
    n_outputs: int
    after: tuple[int, ...] = ()


@contextmanager
def parsed_workflow(snakefile: str | Path, config: Mapping[str, Any], cores: int = 1) -> Iterator[WorkflowApi]:
    """Parse a workflow; nothing is printed or run.

    Parameters
    ----------
    snakefile : path
    config : mapping
        The complete config.
    cores : int, default 1
        Limit of a job's threads.
    """
    with TemporaryDirectory() as folder:
        merged = Path(folder, "config.yaml")
        merged.write_text(yaml.safe_dump(dict(config)))
        with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
            yield api.workflow(
                resource_settings=ResourceSettings(cores=cores),
                config_settings=ConfigSettings(configfiles=[merged]),
                snakefile=Path(snakefile),
            )


def internals(parsed: WorkflowApi) -> Workflow:
    """Return Snakemake's workflow object: its API offers neither rules nor jobs."""
    return parsed._workflow


def planned_jobs(snakefile: str | Path, config: Mapping[str, Any]) -> list[PlannedJob]:
    """List the jobs of a whole study, as if no file of it existed.

    Parameters
    ----------
    snakefile, config : see :func:`parsed_workflow`

    Returns
    -------
    list of PlannedJob
        In the order in which the workflow declares their rules.
    """
    with parsed_workflow(snakefile, config) as parsed, redirect_stdout(StringIO()):
        parsed.dag(dag_settings=DAGSettings(forceall=True)).printrulegraph()
        workflow = internals(parsed)
        assert workflow.dag is not None
        dag = workflow.dag
        order = {rule.name: index for index, rule in enumerate(workflow.rules)}
        wildcards = {job: dict(job.wildcards_dict or {}) for job in dag.needrun_jobs()}
        jobs = sorted(wildcards, key=lambda job: (order[job.rule.name], sorted(wildcards[job].items())))
        places = {job: place for place, job in enumerate(jobs)}
        return [
            PlannedJob(
                job.rule.name,
                wildcards[job],
                len(job.output),
                tuple(sorted(places[other] for other in dag.dependencies[job] if other in places)),
            )
            for job in jobs
        ]
