"""Every entry has a workload and a target; declarations import no framework and are imported by no job."""

import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.helpers import SCRIPTS, declarations, entries_planned, jobs_of, rules_of, study_of
from uads.core.code_digest import code_digest, module_files
from uads.core.entry import Cost, Entry, Workload
from uads.detectors.base import kinds

FRAMEWORKS = "keras tensorflow jax torch matplotlib h5py sklearn umap pynndescent numba librosa"
STUDIES = [(), ("published.yaml",)]


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)


def entries_in(value: Any) -> Iterator[Entry]:
    """Yield the entries that a declared value holds."""
    if isinstance(value, Entry):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from entries_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from entries_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from entries_in(item)


def declared() -> dict[str, Entry]:
    """Map the target of every entry that is declared or used by a job of a study to the entry."""
    modules = [import_module(module_of(path)) for path in declarations()]
    found = [entry for module in modules for value in vars(module).values() for entry in entries_in(value)]
    planned = [entry for study in STUDIES for own in entries_planned(*study).values() for entry in own]
    return {entry.target: entry for entry in [*found, *planned]}


ENTRIES = declared()


def file_of(target: str) -> Path:
    place, name = target.split(":")
    if place == "script":
        return SCRIPTS / f"{name}.py"
    found = find_spec(place)
    assert found and found.origin
    return Path(found.origin)


@pytest.mark.parametrize("target", sorted(ENTRIES))
def test_an_entry_names_code_that_exists(target):
    text, name = file_of(target).read_text(), target.split(":")[1]
    assert target.startswith("script:") or f"def {name}(" in text
    assert ENTRIES[target].digest


@pytest.mark.parametrize("target", sorted(ENTRIES))
def test_the_basis_of_a_cost_is_stated(target):
    cost = ENTRIES[target].cost
    assert cost.basis.startswith(("measured", "estimated", "assumed", "time and base memory measured"))
    assert cost.unit or not cost.seconds_per_unit


@pytest.mark.parametrize("target", sorted(ENTRIES))
def test_no_job_imports_a_declaration(target):
    reached = set(module_files(file_of(target), SCRIPTS))
    assert not reached & set(map(str, declarations()))
    assert not [path for path in reached if "/uads/study/" in path]


def test_a_new_module_beside_the_others_reruns_no_training(tmp_path):
    shutil.copytree(SCRIPTS / "uads", tmp_path / "uads", ignore=shutil.ignore_patterns("__pycache__"))
    trainings = [kind.train.target for kind in kinds().values() if kind.train]

    def digests() -> dict[str, str]:
        return {one: code_digest(tmp_path / file_of(one).relative_to(SCRIPTS), tmp_path) for one in trainings}

    before = digests()
    for folder in ("learning/layers", "learning/augment", "learning/backends", "detectors", "detectors/adacos"):
        (tmp_path / "uads" / folder / "added.py").write_text("ADDED = True\n")
    assert digests() == before
    with (tmp_path / "uads/learning/layers/adacos.py").open("a") as file:
        file.write("CHANGED = True\n")
    assert [one for one in trainings if digests()[one] != before[one]] == ["uads.detectors.adacos.train:train"]


def test_an_entry_without_a_workload_is_refused():
    with pytest.raises(TypeError, match="needs a workload"):
        Entry("script:plan", Cost(1, 0, 100), None)  # type: ignore[arg-type]


def test_declarations_import_no_framework():
    modules = ["uads.study.study", *map(module_of, declarations())]
    code = f"import sys, {', '.join(modules)}\nprint(*set('{FRAMEWORKS}'.split()) & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPTS, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("overlays", STUDIES)
def test_every_rule_of_a_scheduler_requests_resources(overlays):
    rules, jobs = rules_of(*overlays), jobs_of(study_of(*overlays))
    submitted = {rule.name for rule in rules.values() if not rule.is_local}
    assert [name for name in submitted if not {"mem_mb", "runtime"} <= rules[name].resources] == []
    assert {name for name in submitted if "disk_mb" in rules[name].resources} == submitted & set(jobs)
    assert submitted - set(jobs) == {name for name in submitted if "benchmark" in name}


@pytest.mark.parametrize("overlays", STUDIES)
def test_entries_use_gpus_and_threads_as_their_rules_do(overlays):
    rules = rules_of(*overlays)
    for name, entries in entries_planned(*overlays).items():
        for entry in entries:
            assert (entry.cost.gpu_speedup is not None) == ("gpu" in rules[name].resources), name
            if isinstance(rules[name].threads, int):
                assert rules[name].threads <= entry.threads, name


def test_two_views_cannot_declare_one_rule():
    from uads.study.resources import merge_jobs

    jobs = {"sort_stacks": lambda _: (next(iter(ENTRIES.values())), Workload())}
    with pytest.raises(ValueError, match="sort_stacks"):
        merge_jobs(jobs, jobs)
