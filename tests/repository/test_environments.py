"""Environments match the lock file, contain the imports of their rules, and name no index."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from rattler import MatchSpec

from tests.helpers import (
    DISTRIBUTIONS,
    OPTIONAL,
    ROOT,
    afterwards,
    at_once,
    by_pip,
    entries_planned,
    gpu_rules,
    rules_of,
    third_party,
)
from uads.core.code_digest import module_files

LOCK = (ROOT / "envs/lock.txt").read_text()
LOCKED = {match[1]: match[2] for match in re.finditer(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, re.MULTILINE)}
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))
RULES = {rule.name: rule for rule in rules_of().values() if rule.script}
#: Rules that ask for a GPU where the config says so.
ACCELERATED = gpu_rules(change={"umaps": {"accelerate": True}})
#: Packages that another one requires in one version.
PARTS = {"pydantic-core": "pydantic"}


def test_there_is_an_environment_for_each_kind_of_job():
    kinds = {"spectrograms", "l3", "umap", "plots", "tensorflow", "tensorflow-gpu", "report", "benchmarks"}
    assert {path.stem for path in ENVIRONMENTS} == kinds


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_conda_reads_an_environment(path):
    content = yaml.safe_load(path.read_text())
    assert content["channels"] == ["conda-forge", "nodefaults"]
    *packages, pip = content["dependencies"]
    names = {str(MatchSpec(package).name.normalized): MatchSpec(package).version for package in packages}
    assert str(names["python"]).startswith("3.11")
    assert "pip" in names
    assert set(pip) == {"pip"}


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_pins_what_the_lock_pins(path):
    for requirement in by_pip(path.stem):
        assert str(requirement.specifier) == f"=={LOCKED[requirement.name]}", requirement


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_pins_of_an_environment_do_not_conflict(path):
    pinned = {requirement.name: str(requirement.specifier).removeprefix("==") for requirement in at_once(path.stem)}
    for name in pinned.keys() - {"tensorflow"}:  # replaced by tensorflow-cpu here
        for asked in map(Requirement, requires(name) or []):
            if asked.name in pinned and (asked.marker is None or asked.marker.evaluate({"extra": ""})):
                assert asked.specifier.contains(pinned[asked.name]), f"{name} asks for {asked}"


def test_what_is_installed_afterwards_finds_what_it_asks_for():
    names = {requirement.name for requirement in by_pip("l3")}
    assert {"kapre", "openl3"} == {requirement.name for requirement in afterwards("l3")}
    for requirement in afterwards("l3"):
        asked = [Requirement(line) for line in requires(requirement.name) or []]
        wanted = {each.name for each in asked if each.marker is None or each.marker.evaluate({"extra": ""})}
        assert wanted <= names, requirement.name


def test_every_rule_with_a_script_has_an_environment():
    assert {rule.environment for rule in RULES.values()} <= {path.stem for path in ENVIRONMENTS}


def test_gpu_rules_have_an_environment_with_cuda():
    assert gpu_rules() < ACCELERATED
    for name in ACCELERATED:
        assert "and-cuda" in str([requirement.extras for requirement in by_pip(RULES[name].environment)]), name


def code_of(rule: str) -> set[Path]:
    """List the files that the jobs of a rule run: those of its script, and of the entries of its jobs."""
    scripts = ROOT / "scripts"
    entries = entries_planned("published.yaml").get(rule, set())
    targets = {entry.target.split(":")[0] for entry in entries} - {"script"}
    starts = [scripts / f"{RULES[rule].script}.py", *(scripts / f"{name.replace('.', '/')}.py" for name in targets)]
    return {Path(file) for start in starts for file in (start, *module_files(start, scripts))}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_an_environment_holds_what_its_rules_import(rule):
    held = {requirement.name for requirement in by_pip(RULES[rule].environment)}
    held |= {name.removesuffix("-cpu") for name in held}
    for file in sorted(code_of(rule)):
        for module in third_party(file) - OPTIONAL:
            offered = set(DISTRIBUTIONS.get(module, [module]))
            offered = {name.lower().replace("_", "-").removesuffix("-cpu") for name in offered}
            assert {PARTS.get(name, name) for name in offered} & held, f"{file.name} imports {module}"


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_with_snakemake_reads_the_config(path):
    held = {requirement.name for requirement in by_pip(path.stem)}
    assert "snakemake" not in held or {"pydantic", "pyyaml"} <= held


def test_every_locked_package_has_a_hash_and_no_address():
    assert "://" not in LOCK
    for block in re.split(r"\n(?=[a-z0-9])", LOCK.strip()):
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("name", ["Dockerfile", "apptainer.def"])
def test_the_images_install_the_lock_file_and_nothing_else(name):
    text = (ROOT / "envs" / name).read_text()
    assert "--require-hashes -r lock.txt" in text
    assert f"tensorflow[and-cuda]=={LOCKED['tensorflow']}" in text
    assert "pip install --no-config" in text, "the project's settings override TensorFlow away where it is asked for"
    assert "import tensorflow" in text
    assert "://" not in text
