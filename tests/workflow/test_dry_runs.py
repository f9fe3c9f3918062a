"""The workflow plans offline and quickly, and reports mistakes in a line or two."""

import re
import subprocess
import sys
import time

import pytest
import yaml

from tests.helpers import ROOT, TINY, WorkflowCopy, count_jobs, environment, rules_of


def run(*arguments: str) -> str:
    command = [sys.executable, "-m", "snakemake", "--cores", "1", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def listed() -> list[str]:
    """Return the lines of the list of rules."""
    return run("--list").splitlines()


def test_the_published_study_is_planned_offline_in_a_few_seconds():
    start = time.monotonic()
    jobs = count_jobs(run("--dry-run", "--quiet", "rules", "--configfile", "config/published.yaml"))
    assert time.monotonic() - start < 15
    assert jobs["embed_umap"] == 72
    assert jobs["plot_global"] + jobs["plot_machine"] + jobs["plot_section"] == 9 + 63 + 189
    assert jobs["plot_figure"] == 5
    assert jobs["train_member"] == 2 * 5 + 7 + 7, "AdaCos: one and two heads, five numbers of sub-clusters; baselines"


def test_the_default_profile_needs_no_option(listed):
    assert any("Using workflow specific profile profiles/default" in line for line in listed)


def test_the_list_of_rules_reads_as_a_table_of_contents(listed):
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
        pytest.param("wilkinghoff2021_table_4", "two losses in detectors.adacos.variants", marks=pytest.mark.slow),
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
    pairs = [("figure_1", "fernandez2021_figure_1"), ("horn", "low_energy")]
    text = run("--dry-run", *(target for pair in pairs for target in pair))
    inputs = dict(re.findall(r"^(?:local)?rule (\w+):\n +input: (.+)$", text, re.MULTILINE))
    for alias, name in pairs:
        assert inputs[alias] == inputs[name], "the jobs follow from the files"
    jobs = count_jobs(text)
    assert (jobs["plot_figure"], jobs["tabulate"]) == (1, 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sead": 1}, "config: unknown key 'sead' (did you mean 'seed'?)\n  allowed here: study, seed"),
        pytest.param(
            {"figures": {"palette": "pink"}},
            "config: figures.palette is 'pink', which is not allowed\n  allowed: publ",
            marks=pytest.mark.slow,
        ),
        (
            {"umaps": {"representations": ["mel"], "more": {"a": {"scope": "lathe", "representation": "mel", "k": 1}}}},
            "umaps.more.a.scope is lathe: it must be global, or one or a list of fan, valve",
        ),
        pytest.param(
            {"umaps": {"representations": ["mel"], "more": {"a": {"scope": "fan", "representation": "mel"}}}},
            "config: the key 'umaps.more.a.k' is missing",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"umaps": {"representations": ["cqt"]}},
            "umaps.representations: 'cqt' is not among stft, mel, l3, logmel",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"detectors": {"x": {"kind": "knn", "representation": "l3"}}, "scores": ["x"]},
            "detectors.x.representation: l3 holds a few clips of each split: set its clips_per_split to null",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_wrong_config_stops_the_run_without_a_traceback(copy_workflow, change, message):
    copy: WorkflowCopy = copy_workflow({**TINY, **change})
    done = copy.run("--dry-run")
    assert done.returncode != 0
    assert message in done.stdout
    assert "Traceback" not in done.stdout
    assert len(done.stdout.strip().splitlines()) <= 4


def test_config_lines_add_only_umaps_and_their_plots(copy_workflow):
    copy: WorkflowCopy = copy_workflow()
    before = copy.planned("figures")
    fan = {"scope": "fan", "representation": "mel", "k": 5, "metric": "cosine", "n_neighbors": 9}
    more = {"cosine_fan": fan, "both": fan | {"scope": ["fan", "valve"]}}
    copy.configure(TINY | {"umaps": TINY["umaps"] | {"more": more}})
    after = copy.planned("figures")
    added = {rule: n - before.get(rule, 0) for rule, n in after.items() if n != before.get(rule, 0)}
    new = {"find_neighbours": 2, "embed_umap": 2, "plot_figure": 2}
    assert added == new | {"sample_further_stacks": 1}, "the samples of one machine are there already"


def test_an_empty_table_of_clips_stops_the_run_with_one_line(copy_workflow):
    corpora = [{"name": "own", "role": "machines", "source": "table", "path": "clips.csv"}]
    copy: WorkflowCopy = copy_workflow({**TINY, "corpora": corpora})
    (copy.folder / "clips.csv").touch()
    done = copy.run("--dry-run")
    assert done.returncode != 0
    assert "clips.csv is empty: its first line must be path,machine,section,domain,split,label" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_folder_without_sound_stops_the_run_with_one_line(copy_workflow):
    corpora = [TINY["corpora"][0], {"name": "air", "role": "external", "source": "folder", "path": "air"}]
    copy: WorkflowCopy = copy_workflow({**TINY, "corpora": corpora})
    (copy.folder / "air").mkdir()
    done = copy.run("--dry-run")
    assert done.returncode != 0
    assert done.stdout.splitlines()[-1].startswith("the folder air contains no audio file (**/*): correct the path")
    assert "Traceback" not in done.stdout


def test_a_stack_size_without_samples_is_no_target(copy_workflow):
    done = copy_workflow().run("results/tiny/figures/machine/fan_mel_k7.png", "--dry-run")
    assert "No rule to produce results/tiny/figures/machine/fan_mel_k7.png" in done.stdout
    assert "KeyError" not in done.stdout
