"""The target ``plan`` adds up exactly the jobs that Snakemake plans."""

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from document_requests import PAGE, document_requests
from tests.helpers import CONFIG, COUNTS, DATASETS, ROOT, TINY, config_of, environment, merge
from uads.study.config import check_config
from uads.study.dag import planned_jobs
from uads.study.plan import Plan

YEARS = [("published", year) for year in ("dcase2020", "dcase2022", "dcase2023")]
STUDIES = [("embedded_full",), ("published",), *YEARS]
OWN_CLIPS = ("own_clips", "own_clips_example")
MORE = {"umaps": {"more": {"pair": {"scope": ["fan", "valve"], "representation": "logmel", "k": 1}}}}


def counted(folder: Path, *options: str) -> Counter[str]:
    """Count the jobs of each rule as the command line lists them, as if no file of the study existed."""
    command = [sys.executable, "-m", "snakemake", "-n", "--forceall", "--quiet", "rules", *options]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    listed = {row[0]: int(row[1]) for row in rows if len(row) == 2 and row[1].isdigit()}
    assert listed.pop("total") == sum(listed.values())
    return Counter(listed)


def check(folder: Path, config: dict, *options: str) -> None:
    plan = Plan(check_config(config), DATASETS, COUNTS, folder / "Snakefile")
    found = counted(folder, *options)
    assert Counter(job.rule for job in plan.jobs) == found
    requests = Counter(request.rule for request in plan.requests())
    local = {"all", "build_report", "download_archive", "download_list"}
    assert requests == Counter({rule: n for rule, n in found.items() if rule not in local})


def test_the_plan_counts_the_jobs_of_the_embedded_study():
    check(ROOT, config_of())


@pytest.mark.slow
@pytest.mark.parametrize("names", STUDIES, ids="+".join)
def test_the_plan_counts_the_jobs_of_every_study(names):
    overlays = [f"{name}.yaml" for name in names]
    check(ROOT, config_of(*overlays), "--configfile", *(f"config/{name}" for name in overlays))


def test_every_config_is_among_the_studies():
    assert {path.stem for path in CONFIG.glob("*.yaml")} == {
        "config",
        *OWN_CLIPS,
        *(n for names in STUDIES for n in names),
    }


@pytest.mark.parametrize(
    "change", [MORE, pytest.param(merge(MORE, {"umaps": {"scopes": ["fan"]}}), marks=pytest.mark.slow)]
)
def test_the_plan_counts_the_jobs_of_further_umaps(change, tmp_path):
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(change))
    check(ROOT, config_of(change=change), "--configfile", str(overlay))


@pytest.mark.slow
def test_the_plan_counts_the_jobs_of_own_clips(copy_workflow, monkeypatch):
    copy = copy_workflow()
    with open(CONFIG / "own_clips_example.csv", newline="") as file:
        clips = [copy.folder / "config" / row["path"] for row in csv.DictReader(file)]
    for clip in [*clips, copy.folder / "resources/corpora/audioset/clips/one.wav"]:
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.touch()
    overlays = [f"{name}.yaml" for name in OWN_CLIPS]
    monkeypatch.chdir(copy.folder)
    check(copy.folder, config_of(*overlays), "--configfile", *(f"config/{name}" for name in overlays))


def test_nothing_is_printed_or_written(capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert planned_jobs(ROOT / "Snakefile", config_of(change=TINY))
    assert capfd.readouterr() == ("", "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and ".snakemake" not in path.parts]


def test_the_cluster_page_shows_the_planned_table():
    assert document_requests().strip() in PAGE.read_text()


@pytest.mark.slow
def test_the_target_plan_prints_stages_disk_memory_and_time(copy_workflow):
    done = copy_workflow().run("plan")
    assert done.returncode == 0, done.stdout
    assert re.search(r"^train_member +5 ", done.stdout, re.MULTILINE)
    for total in ("disk    .* in all", "memory  .* for one job at most", "time    about .* on 2 cores"):
        assert re.search(f"^{total}", done.stdout, re.MULTILINE), total
    assert re.search("^(Fits|Does not fit)", done.stdout, re.MULTILINE)
