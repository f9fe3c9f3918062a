"""A script that prints the jobs of a full run as JSON: ``python list_jobs.py CONFIGFILE ...`` in the workflow's folder.

Each job is a rule's name and its output paths. Snakemake's API is used because one build of the graph yields both;
neither profiles nor cores nor a GPU matter to it.
"""

import contextlib
import json
import logging
import sys
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.settings.types import ConfigSettings, DAGSettings, OutputSettings, Quietness, ResourceSettings


def list_jobs(configfiles: list[Path]) -> list[tuple[str, list[str]]]:
    """Return the rule and the output paths of every job of the default target, whatever exists already.

    Parameters
    ----------
    configfiles : list of pathlib.Path
        Overlays of the default config, the last one counts most.

    Returns
    -------
    list of (str, list of str)
    """
    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as snakemake_api:
        workflow = snakemake_api.workflow(ResourceSettings(cores=1), ConfigSettings(configfiles=configfiles))
        graph = workflow.dag(DAGSettings(forceall=True))
        graph.summary()
        return [(job.rule.name, [str(path) for path in job.output]) for job in workflow._workflow.dag.jobs]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    with contextlib.redirect_stdout(sys.stderr):
        jobs = list_jobs([Path(name).absolute() for name in sys.argv[1:]])
    print(json.dumps(jobs))
