"""What several tests need: configs and studies, rules and jobs as Snakemake reads them, copies of the workflow."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import yaml
from packaging.requirements import Requirement
from scipy.stats import multivariate_normal

from uads.core.entry import Entry, Jobs
from uads.corpora.datasets import read_datasets
from uads.corpora.layouts import clip_counts
from uads.study.config import check_config
from uads.study.dag import PlannedJob, internals, parsed_workflow, planned_jobs
from uads.study.resources import JobResources
from uads.study.sizes import Sizes
from uads.study.study import Study

ROOT = Path(__file__).parents[1]
SCRIPTS = ROOT / "scripts"
CONFIG = ROOT / "config"
DATASETS = read_datasets(CONFIG / "datasets.csv")
COUNTS = clip_counts()

#: Parts of the repository that a copy of the workflow has.
PARTS = ("Snakefile", "workflow", "scripts", "config", "profiles", "envs", "resources/published")
DISTRIBUTIONS = packages_distributions()
#: Imports needed only by some configurations, which may be missing from an environment.
OPTIONAL = {"jax", "torch", "tensorflow_addons"}

#: Two machines, two development and two evaluation sections, clips of two seconds, one representation.
TINY = {
    "study": "tiny",
    "corpora": [
        {
            "name": "plant",
            "role": "machines",
            "source": "synthesize",
            "layout": "dcase2021",
            "machines": ["fan", "valve"],
            "sections": ["00", "01", "03", "04"],
            "plant": {"train_source": 4, "train_target": 2, "test": 2, "seconds": 2},
        },
        {
            "name": "air",
            "role": "external",
            "source": "synthesize",
            "layout": "audioset",
            "plant": {"fragments": 4, "seconds": 2},
        },
    ],
    "stacks": {"sizes": [1, 5]},
    "samples": {
        "machine": {name: {"test": 20, "train": 10, "external": 20} for name in ("k1", "k5")},
        "global": {name: {"test": 10, "train": 5, "external": 20} for name in ("k1", "k5")},
    },
    "umaps": {"representations": ["mel"]},
    "figures": {
        "size": [10, 5],
        "dpi": {"global": 50, "machine": 50, "section": 50},
        "paper": {
            "fernandez2021_figure_1": {
                "kind": "machine",
                "machine": "fan",
                "representation": "mel",
                "k": 5,
                "crop": "auto",
            },
            "fernandez2021_figure_5": {
                "kind": "section",
                "machine": "valve",
                "section": "00",
                "representation": "mel",
                "k": 1,
                "cross": True,
            },
        },
    },
    "scores": ["autoencoder", "mobilenetv2", "knn", "adacos"],
    "detectors": {
        "autoencoder": {"unit": "machine", "training": {"epochs": 1, "max_stacks": 200}},
        "mobilenetv2": {"training": {"width": 0.35, "epochs": 1, "max_images": 32}},
        "adacos": {"sub_clusters": [2], "training": {"epochs": 1, "checkpoints": [1], "frames": 63}},
    },
    "tables": [*(f"wilkinghoff2021_table_{number}" for number in range(1, 6)), "low_energy"],
}


def merge(base: Mapping[str, Any], overlay: Mapping[str, Any]) -> dict[str, Any]:
    """Merge an overlay into a config as Snakemake does: mappings are merged, everything else is replaced."""
    merged = deepcopy(dict(base))
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


def effective(*overlays: str, change: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the checked config of :func:`config_of`, with all defaults."""
    return check_config(config_of(*overlays, change=change))


def study_of(*overlays: str, change: Mapping[str, Any] | None = None) -> Study:
    """Return the study of config.yaml with overlays and a change."""
    return Study(effective(*overlays, change=change), DATASETS)


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


class WorkflowCopy:
    """A copy of the workflow, with one config overlay."""

    def __init__(self, folder: Path, overlay: dict):
        self.folder = folder
        for part in PARTS:
            source, target = ROOT / part, folder / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, target)
        self.configure(overlay)

    def configure(self, overlay: dict) -> None:
        """Write the config overlay of the runs."""
        (self.folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "snakemake", *arguments, "--configfile", "overlay.yaml"]

    def run(self, *arguments: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        """Run the workflow to completion; ``stdout`` contains output and errors."""
        return subprocess.run(
            self.command(*arguments, "--cores", str(cores)),
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=800,
        )

    def planned(self, *arguments: str) -> dict[str, int]:
        """Count the jobs of each rule in a dry run."""
        return count_jobs(self.run(*arguments, "--dry-run", "--quiet", "rules").stdout)

    def results(self, study: str = "tiny") -> Path:
        return self.folder / "results" / study

    def partial_files(self) -> list[Path]:
        """List the partial files that an interrupted job would leave."""
        return [path for path in self.folder.rglob("*.partial*") if ".snakemake" not in path.parts]


def count_jobs(output: str) -> dict[str, int]:
    """Map each rule to its number of jobs, from the table that a dry run prints."""
    rows = (line.split() for line in output.splitlines())
    return {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit() and row[0] != "total"}


def environment() -> dict[str, str]:
    """Return the environment of a run: this process' without a default profile."""
    return {name: value for name, value in os.environ.items() if name != "SNAKEMAKE_PROFILE"}


def by_pip(environment: str) -> list[Requirement]:
    """List the packages that pip installs, first at once and then by a script."""
    return [*at_once(environment), *afterwards(environment)]


def at_once(environment: str) -> list[Requirement]:
    *_, pip = yaml.safe_load((ROOT / f"envs/{environment}.yaml").read_text())["dependencies"]
    return [Requirement(line) for line in pip["pip"]]


def afterwards(environment: str) -> list[Requirement]:
    script = ROOT / f"envs/{environment}.post-deploy.sh"
    lines = script.read_text().splitlines() if script.exists() else []
    return [Requirement(line.split()[-1]) for line in lines if " pip install --no-deps " in line]


@cache
def third_party(path: Path) -> frozenset[str]:
    """List the third-party modules that a file imports at import time."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return frozenset(found - sys.stdlib_module_names - {"uads", "adapter"})


def by_scipy(x, mixture, weighted=True):
    """Return the log-likelihoods of samples under each component of a mixture [n_samples, n_components]."""
    columns = [
        multivariate_normal.logpdf(x, mean, covariance) + (np.log(weight) if weighted else 0)
        for mean, covariance, weight in zip(mixture.means_, mixture.covariances_, mixture.weights_, strict=True)
    ]
    return np.stack(columns, axis=1)
