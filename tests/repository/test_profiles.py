"""Profiles contain only options of Snakemake and its plugins, and nothing specific to one site."""

import re
import shlex
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from snakemake.cli import get_argument_parser
from snakemake.iocontainers import Wildcards
from snakemake.resources import GroupResources, Resource, Resources

from tests.helpers import ROOT, gpu_rules, jobs_planned, resources_of, rules_of

PROFILES = {path.parent.name: yaml.safe_load(path.read_text()) for path in ROOT.glob("profiles/*/profile.yaml")}
PLUGINS = {"slurm": "slurm", "lsf": "lsf", "kubernetes": "kubernetes", "generic": "cluster-generic"}
RULES = set(rules_of())
#: Rules that request a GPU independently of the config.
GPU_RULES = gpu_rules()
NO_GPUS = next(line for line in (ROOT / "docs/cluster.md").read_text().splitlines() if line.startswith("| no GPUs"))


def plugin(profile: str):
    return import_module(f"snakemake_executor_plugin_{PLUGINS[profile].replace('-', '_')}")


@pytest.fixture(scope="module")
def known_options() -> set[str]:
    actions = get_argument_parser()._actions
    return {option.removeprefix("--") for action in actions for option in action.option_strings}


def test_there_is_a_profile_for_each_kind_of_system():
    assert set(PROFILES) == {"default", *PLUGINS}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_key_is_an_option_of_snakemake_or_of_the_plugin(name, known_options):
    assert set(PROFILES[name]) <= known_options


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_profile_settings_have_the_types_of_the_plugin(name):
    settings = getattr(plugin(name), "ExecutorSettings", None)
    prefix = f"{PLUGINS[name]}-"
    own = {key.removeprefix(prefix).replace("-", "_"): v for key, v in PROFILES[name].items() if key.startswith(prefix)}
    if settings is None:
        assert not own, "this plugin has no settings: all is said in resources"
        return
    assert set(own) <= {field.name for field in fields(settings)}
    made = settings(**own)
    assert {key: getattr(made, key) for key in own} == own


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_a_cluster_profile_is_complete_in_itself(name):
    profile = PROFILES[name]
    assert profile["executor"] == PLUGINS[name]
    assert profile["jobs"] > 1
    assert profile["retries"] > 0
    assert profile["rerun-incomplete"]
    assert {"mem_mb", "runtime", "disk_mb"} <= set(profile["default-resources"])
    assert "gpu" not in profile["resources"], "the scheduler counts the GPUs, not Snakemake"


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_profile_speaks_of_rules_that_exist_and_of_no_site(name):
    profile = PROFILES[name]
    assert set(profile.get("groups", {})) | set(profile.get("set-resources", {})) <= RULES
    assert set(profile.get("group-components", {})) == set(profile.get("groups", {}).values())
    assert not re.search(r"partition|account|queue|project", yaml.safe_dump(profile))


@pytest.mark.parametrize("group", ["stacks", "samples", "plots"])
@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_a_group_requests_one_core_max_memory_and_summed_time(name, group):
    profile = PROFILES[name]
    rule = next(rule for rule, own in profile["groups"].items() if own == group)
    number = profile["group-components"][group]
    wildcards = Wildcards(fromdict={"shard": "dcase2021-fan-train", "scope": "fan", "representation": "mel", "k": 5})
    stated = resources_of("published.yaml").of(rule)
    one = {
        "_cores": 1,
        "mem_mb": stated["mem_mb"](wildcards, attempt=1),
        "runtime": stated["runtime"](wildcards, attempt=1, threads=1),
        "group_cores": stated["group_cores"](wildcards, threads=1),
    }
    others = one | {"mem_mb": one["mem_mb"] // 2}
    jobs = [SimpleNamespace(resources=own, pipe_group=None) for own in [one, *(number - 1) * [others]]]
    bounds = {"_cores": profile["cores"], **profile["resources"]}
    constraints = Resources({resource: Resource(resource, bound) for resource, bound in bounds.items()})
    together = GroupResources.basic_layered([jobs], constraints, run_local=False)
    assert together["_cores"] == 1
    assert together["mem_mb"] == one["mem_mb"]
    assert together["runtime"] == number * one["runtime"]


def test_lsf_gives_a_gpu_to_each_rule_that_asks_for_one():
    """The plugin passes ``lsf_extra`` to bsub and ignores the resource ``gpu``."""
    source = Path(plugin("lsf").__file__).read_text()
    assert 'resources.get("lsf_extra"' in source
    assert "resources.gpu" not in source
    assert PROFILES["lsf"]["set-resources"] == {rule: {"lsf_extra": "-gpu num=1"} for rule in GPU_RULES}


def test_kubernetes_gpus_have_a_manufacturer_and_are_limits():
    """The plugin needs ``gpu_manufacturer``; Kubernetes accepts GPUs only as a limit (``scale`` 0)."""
    source = Path(plugin("kubernetes").__file__).read_text()
    assert 'resources_dict.get("gpu_manufacturer"' in source
    assert 'resources_dict.get("scale", 1)' in source
    wanted = {rule: {"gpu_manufacturer": "nvidia", "scale": 0} for rule in GPU_RULES}
    assert PROFILES["kubernetes"]["set-resources"] == wanted


def test_the_pages_name_every_rule_that_asks_for_a_gpu():
    assert {"extract_l3", "extract_l3_external", "infer_member", "train_member"} < GPU_RULES
    assert set(re.findall(r"(\w+):gpu=0", NO_GPUS)) == GPU_RULES
    of_studies = GPU_RULES - {"benchmark_training"}  # which uses all cores anyway
    for page in (NO_GPUS, (ROOT / "profiles/README.md").read_text()):
        assert set(re.findall(r"(\w+)=16\b", page)) & RULES == of_studies


def test_the_example_of_a_partition_file_is_read_by_the_plugin():
    from snakemake_executor_plugin_slurm.partitions import read_partition_file

    partitions = read_partition_file(ROOT / "profiles/slurm/partitions_example.yaml")
    assert [partition.limits.max_gpu > 0 for partition in partitions] == [False, False, True]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_a_dry_run_with_a_profile_plans_the_published_study(name):
    assert re.search(r"^embed_umap +72$", planned(name, "--quiet", "rules"), re.MULTILINE)


@pytest.mark.slow
def test_the_options_without_gpus_remove_all_gpu_requests():
    options = shlex.split(NO_GPUS.split("`")[1])
    assert re.search(r"[1-9] GPU\]", planned("slurm"))
    assert not re.search(r"[1-9] GPU\]", planned("slurm", *options))


@pytest.mark.slow
def test_no_published_job_requests_more_than_two_cores():
    assert set(re.findall(r"\[(\d+) cores", planned("slurm"))) == {"1", "2"}


def planned(profile: str, *options: str) -> str:
    """Return the output of a dry run of the published study."""
    command = [sys.executable, "-m", "snakemake", "-n", "--workflow-profile", f"profiles/{profile}", *options]
    done = subprocess.run([*command, "--configfile", "config/published.yaml"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_requests_of_a_slurm_dry_run_are_those_of_the_plan():
    listed = re.findall(r"\[\d+ cores, (\d+) MB, (\d+) min(, 1 GPU)?\]", planned("slurm"))
    resources = resources_of("published.yaml")
    expected = [
        resources.request(job.rule, SimpleNamespace(**job.wildcards))
        for job in jobs_planned("published.yaml")
        if job.rule in resources.jobs
    ]
    assert Counter((int(memory), int(minutes), bool(gpu)) for memory, minutes, gpu in listed) == Counter(
        (request.mem_mb, request.runtime, request.gpu_seconds is not None) for request in expected
    )
