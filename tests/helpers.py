"""What several tests need: configs, studies, and the rules and jobs as Snakemake reads them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from uads.core.entry import Entry, Jobs
from uads.corpora.datasets import read_datasets
from uads.corpora.layouts import clip_counts
from uads.study.config import check_config
from uads.study.dag import PlannedJob, internals, parsed_workflow, planned_jobs
from uads.study.resources import JobResources
from uads.study.sizes import Sizes
from uads.study.study import Study

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / "config"
DATASETS = read_datasets(CONFIG / "datasets.csv")
COUNTS = clip_counts()


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge an overlay into a config as Snakemake does: mappings are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in overlay.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def config_of(*overlays: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return config.yaml with overlays of the folder ``config``, and a change."""
    config: dict[str, Any] = {}
    for name in ("config.yaml", *overlays):
        config = merge(config, yaml.safe_load((CONFIG / name).read_text()))
    return merge(config, change or {})


def study_of(*overlays: str, change: Mapping[str, Any] | None = None) -> Study:
    """Return the study of config.yaml with overlays and a change."""
    return Study(check_config(config_of(*overlays, change=change)), DATASETS)


def jobs_of(study: Study) -> Jobs:
    """Return the jobs of a study by rule."""
    return study.jobs(Sizes(study, COUNTS))


def resources_of(*overlays: str, change: Mapping[str, Any] | None = None) -> JobResources:
    """Return the requests of a study's jobs."""
    return JobResources(jobs_of(study_of(*overlays, change=change)))


@dataclass(frozen=True)
class RuleFacts:
    """A rule as Snakemake reads it: ``script`` and ``environment`` without folder and suffix, ``threads`` if fixed."""

    name: str
    script: str | None
    environment: str | None
    threads: int | None
    resources: frozenset[str]
    is_local: bool
    has_log: bool
    message: str | None
    docstring: str | None


def rules_of(*overlays: str, change: Mapping[str, Any] | None = None) -> dict[str, RuleFacts]:
    """Map the name of every rule of a study's workflow to what it states."""
    return _rules(json.dumps(config_of(*overlays, change=change)))


@cache
def _rules(config: str) -> dict[str, RuleFacts]:
    with parsed_workflow(ROOT / "Snakefile", json.loads(config), cores=16) as parsed:
        workflow = internals(parsed)
        return {
            rule.name: RuleFacts(
                rule.name,
                Path(rule.script).stem if rule.script else None,
                Path(str(rule.conda_env)).stem if rule.conda_env else None,
                None if (cores := rule.resources["_cores"]).is_evaluable() else cores.value,
                frozenset(rule.resources),
                rule.norun or rule.name in workflow._localrules,
                bool(rule.log),
                rule.message,
                rule.docstring,
            )
            for rule in workflow.rules
        }


def gpu_rules(*overlays: str, change: Mapping[str, Any] | None = None) -> set[str]:
    """Return the names of the rules that ask for a GPU."""
    return {rule.name for rule in rules_of(*overlays, change=change).values() if "gpu" in rule.resources}


def jobs_planned(*overlays: str, change: Mapping[str, Any] | None = None) -> list[PlannedJob]:
    """List the jobs of a whole study."""
    return _planned(json.dumps(config_of(*overlays, change=change)))


@cache
def _planned(config: str) -> list[PlannedJob]:
    return planned_jobs(ROOT / "Snakefile", json.loads(config))


def entries_planned(*overlays: str) -> dict[str, set[Entry]]:
    """Map each rule to the entries of its jobs in a study."""
    jobs = jobs_of(study_of(*overlays))
    found: dict[str, set[Entry]] = {}
    for planned in jobs_planned(*overlays):
        if planned.rule in jobs:
            entry, _ = jobs[planned.rule](SimpleNamespace(**planned.wildcards))
            found.setdefault(planned.rule, set()).add(entry)
    return found


def declarations() -> Iterable[Path]:
    """List the modules of the package that declare entries: specifications and costs."""
    return sorted(path for name in ("spec.py", "costs.py") for path in (ROOT / "scripts/uads").rglob(name))
