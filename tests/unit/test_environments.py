"""Environments are in step with the lock file, and the lock file names no index."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "envs/lock.txt").read_text()
LOCKED = {match[1]: match[2] for match in re.finditer(r"^([a-z0-9-]+)==([^ ;\\]+)", LOCK, re.MULTILINE)}
ENVIRONMENTS = sorted((ROOT / "envs").glob("*.yaml"))


@pytest.mark.parametrize("path", ENVIRONMENTS, ids=lambda path: path.stem)
def test_an_environment_pins_what_the_lock_pins(path):
    *_, by_pip = yaml.safe_load(path.read_text())["dependencies"]
    for requirement in by_pip["pip"]:
        name, pinned = requirement.split(" ")[0].split("==")
        assert LOCKED[name] == pinned


@pytest.mark.parametrize("path", sorted((ROOT / "workflow/rules").glob("*.smk")), ids=lambda path: path.stem)
def test_every_environment_that_a_rule_names_exists(path):
    for named in re.findall(r"\.\./\.\./envs/(\w+\.yaml)", path.read_text()):
        assert (ROOT / "envs" / named).is_file()


def test_every_locked_package_has_a_hash_and_no_address():
    assert "://" not in LOCK
    for block in re.split(r"\n(?=[a-z0-9])", LOCK.strip()):
        assert "--hash=sha256:" in block, block
