"""The workflow plans offline and quickly, and reports mistakes in a line or two."""

import re
import subprocess
import sys
import time

import pytest
import yaml

from tests.helpers import rules_of

from .conftest import ROOT, TINY, House, environment


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    return done.stdout + done.stderr


def count(text: str) -> dict[str, int]:
    return {rule: int(number) for rule, number in re.findall(r"^(\w+) +(\d+)$", text, re.MULTILINE)}


def test_the_published_study_is_planned_offline_in_a_few_seconds():
    start = time.monotonic()
    jobs = count(run("--dry-run", "--quiet", "rules", "--configfile", "config/published.yaml"))
    assert time.monotonic() - start < 15
    assert jobs["embed_umap"] == 72
    assert jobs["plot_global"] + jobs["plot_machine"] + jobs["plot_section"] == 9 + 63 + 189
    assert jobs["plot_figure"] == 5
    assert jobs["train_member"] == 2 * 5 + 7 + 7, "AdaCos: one and two heads, five numbers of sub-clusters; baselines"


def test_a_bare_run_says_which_profile_it_uses():
    assert "Using workflow specific profile profiles/default" in run("--dry-run")


def test_the_list_of_rules_reads_as_a_table_of_contents():
    listed = run("--list").splitlines()
    targets = [
        "all",
        "demo",
        "features",
        "umaps",
        "figures",
        "figure_1",
        "figure_5",
        "fernandez2021_figure_5",
        "detectors",
        "tables",
        "training",
        "low_energy",
        "horn",
        "exclusions",
        "submissions",
        "table_2",
        "table_5",
        "wilkinghoff2021_table_5",
        "report",
    ]
    described = {line.split(" ")[0]: line for line in listed if re.match(r"\w+ \(.+\.\)$", line)}
    assert set(targets) <= set(described)
    own = {line.split(" ")[0] for line in listed if re.match(r"[a-z_0-9]+( |$)", line)} - {"Using"}
    assert own == set(described), "every rule has a docstring"


def test_every_rule_with_a_script_has_a_message_and_a_log():
    for rule in rules_of().values():
        assert rule.docstring, rule.name
        assert not rule.script or (rule.message and rule.has_log), rule.name


def test_every_script_of_a_rule_exists():
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")}
    assert {rule.script for rule in rules_of().values() if rule.script} <= scripts


@pytest.mark.parametrize(
    ("target", "lacking"),
    [
        ("table_4", "two losses in detectors.adacos.variants"),
        ("wilkinghoff2021_table_4", "two losses in detectors.adacos.variants"),
        ("figure_2", "the UMAP global/stft_k10"),
        ("training", "a detector that trains one network with heads for its classes"),
    ],
)
def test_a_target_that_cannot_be_made_says_why_in_one_line(tmp_path, target, lacking):
    changes = {
        "training": {"scores": ["autoencoder"]},
        "figure_2": {"umaps": {"representations": ["mel"]}},
    }
    change = changes.get(target, {"detectors": {"adacos": {"variants": ["one_head"]}}})
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(change))
    lines = run(target, "--dry-run", "--configfile", str(tmp_path / "overlay.yaml")).splitlines()
    assert lines[-1] == f"{target} cannot be made: the study is missing {lacking}"
    assert "Traceback" not in "\n".join(lines)


def test_a_target_and_its_alias_plan_the_same_jobs():
    for alias, name in (("figure_1", "fernandez2021_figure_1"), ("horn", "low_energy")):
        one, other = (count(run(target, "--dry-run", "--quiet", "rules")) for target in (alias, name))
        assert one.pop(alias) == other.pop(name) == 1
        assert one == other and one["total"] > 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sead": 1}, "config: unknown key 'sead' (did you mean 'seed'?)\n  allowed here: study, seed"),
        ({"figures": {"palette": "pink"}}, "config: figures.palette is 'pink', which is not allowed\n  allowed: publ"),
        (
            {"umaps": {"representations": ["mel"], "more": {"a": {"scope": "lathe", "representation": "mel", "k": 1}}}},
            "umaps.more.a.scope is lathe: it must be global, or one or a list of fan, valve",
        ),
        (
            {"umaps": {"representations": ["mel"], "more": {"a": {"scope": "fan", "representation": "mel"}}}},
            "config: the key 'umaps.more.a.k' is missing",
        ),
        ({"umaps": {"representations": ["cqt"]}}, "umaps.representations: 'cqt' is not among stft, mel, l3, logmel"),
    ],
)
def test_a_wrong_config_stops_the_run_without_a_traceback(make_house, change, message):
    house: House = make_house({**TINY, **change})
    done = house.run("--dry-run")
    assert done.returncode != 0
    assert message in done.stdout
    assert "Traceback" not in done.stdout
    assert len(done.stdout.strip().splitlines()) <= 4


def test_a_config_line_adds_only_a_umap_and_its_plot(make_house):
    house: House = make_house()
    before = house.planned("figures")
    line = {"scope": "fan", "representation": "mel", "k": 5, "metric": "cosine", "n_neighbors": 9}
    house.configure(TINY | {"umaps": TINY["umaps"] | {"more": {"cosine_fan": line}}})
    after = house.planned("figures")
    added = {rule: n - before.get(rule, 0) for rule, n in after.items() if n != before.get(rule, 0)}
    assert added == {"find_neighbours": 1, "embed_umap": 1, "plot_figure": 1}, "the samples are those of the machine"
    house.configure(TINY | {"umaps": TINY["umaps"] | {"more": {"both": {**line, "scope": ["fan", "valve"]}}}})
    assert house.planned("figures")["sample_stacks"] == before["sample_stacks"] + 1


def test_an_empty_table_of_clips_stops_the_run_with_one_line(make_house):
    corpora = [{"name": "own", "role": "machines", "source": "table", "path": "clips.csv"}]
    house: House = make_house({**TINY, "corpora": corpora})
    (house.folder / "clips.csv").touch()
    done = house.run("--dry-run")
    assert done.returncode != 0
    assert "clips.csv is empty: its first line must be path,machine,section,domain,split,label" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_folder_without_sound_stops_the_run_with_one_line(make_house):
    corpora = [TINY["corpora"][0], {"name": "air", "role": "external", "source": "folder", "path": "air"}]
    house: House = make_house({**TINY, "corpora": corpora})
    (house.folder / "air").mkdir()
    done = house.run("--dry-run")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1].startswith("the folder air contains no audio file (**/*): correct the path")
    assert "Traceback" not in done.stdout


def test_a_stack_size_without_samples_is_no_target(make_house):
    done = make_house().run("results/tiny/figures/machine/fan_mel_k7.png", "--dry-run")
    assert "No rule to produce results/tiny/figures/machine/fan_mel_k7.png" in done.stdout
    assert "KeyError" not in done.stdout
