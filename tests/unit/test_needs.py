"""Resource requests of jobs follow from their work and add up over a study."""

import csv
import re
import subprocess
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

from document_needs import PAGE, document_needs
from uads.study.budget import read_clip_counts, read_rates
from uads.study.needs import MEGABYTES_STEP, Measured, Needs, Request, read_needs, tabulate
from uads.study.study import Study

from .test_config import DATASETS, ROOT, merge, study_of

RATES = read_rates(ROOT / "config/rates.csv")
MEASURED = read_needs(ROOT / "config/needs.csv", RATES)


def needs_of(study: Study, measured: dict[str, Measured] = MEASURED) -> Needs:
    return Needs(study, read_clip_counts(ROOT / "config/clip_counts.csv"), measured)


def published() -> Needs:
    return needs_of(study_of("published.yaml"))


def test_neighbours_request_more_memory_than_their_matrix():
    wildcards = SimpleNamespace(scope="global", representation="stft", k=10)
    matrix = published().samples("global", "stft", 10) * 10 * 513 * 4
    request = published().request("find_neighbours", wildcards)
    assert request.mem_mb * 1e6 > 1.3 * matrix > 1e9


@pytest.mark.parametrize(("rule", "stage"), [("find_neighbours", "neighbours"), ("embed_umap", "layout")])
@pytest.mark.parametrize(("representation", "k"), [("mel", 5), ("stft", 5), ("stft", 10)])
def test_umap_requests_follow_the_benchmark(rule, stage, representation, k):
    row = re.search(rf"\| {stage}, {representation} k = {k} \|(.*)", (ROOT / "docs/benchmarks.md").read_text())
    peak_mb, note = row[1].split("|")[4:6]
    n_samples = int(note.split()[0].replace(",", ""))
    wildcards = SimpleNamespace(scope="fan", representation=representation, k=k)
    needs = published()
    asked = needs.request(rule, wildcards).mem_mb * n_samples / needs.samples("fan", representation, k)
    assert 1.05 * float(peak_mb) < asked < 1.6 * float(peak_mb)


def test_samples_are_limited_by_the_available_stacks():
    needs = published()
    fan = 6 * 10000 * 2 + 3 * 2 * 20000 + 2 * 10000
    assert 0.5 * fan < needs.samples("fan", "mel", 1) <= fan
    assert needs.samples("fan", "mel", 10) == needs.samples("fan", "mel", 1) - 2 * 10000, "no external stacks of 10"


def test_half_precision_halves_disk_but_not_memory():
    study = study_of("published.yaml")
    half = needs_of(Study(merge(study.config, {"representations": {"l3": {"precision": "half"}}}), DATASETS))
    store = SimpleNamespace(representation="l3", shard="dcase2021-fan-train")
    assert half.request("extract_l3", store).disk_mb == pytest.approx(
        published().request("extract_l3", store).disk_mb / 2, abs=MEGABYTES_STEP
    )
    umap = SimpleNamespace(scope="fan", representation="l3", k=5)
    assert half.request("embed_umap", umap) == published().request("embed_umap", umap)


def test_attempts_raise_requests_and_cores_shorten_time():
    resources = published().resources("train_adacos")
    wildcards = SimpleNamespace(member="s16_seed0")
    for name, more in (("mem_mb", {}), ("runtime", {"threads": 1})):
        assert resources[name](wildcards, attempt=3, **more) == 3 * resources[name](wildcards, attempt=1, **more)
    assert resources["runtime"](wildcards, attempt=1, threads=40) < resources["runtime"](
        wildcards, attempt=1, threads=1
    )


def test_a_gpu_counts_for_as_many_cores_as_the_table_says():
    takes = Measured("", threads=1, core_seconds=36000, per_unit=0, mem_mb=100, mem_factor=0, gpu_speedup=10)
    request = needs_of(study_of(), MEASURED | {"tabulate_table_1": takes}).request("tabulate_table_1", None)
    assert request.gpu_seconds == 3600
    assert request.runtime == 180, "an hour on a GPU, and as much again twice to spare"


def test_the_table_adds_jobs_hours_and_disk_up():
    requests = [Request("a", 100, 10, 200, 3600, None), Request("b", 300, 130, 100, 7200, 720)]
    head, *_, total = tabulate(requests)
    assert dict(zip(head, total, strict=True)) == {
        "rule": "in all",
        "jobs": "2",
        "memory": "300.0 MB",
        "time": "2:10 h",
        "disk": "200.0 MB",
        "disk of all": "300.0 MB",
        "core hours": "3.0",
        "GPU hours": "0.2",
    }


def test_exactly_the_rules_with_needs_are_measured():
    text = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    assert sorted(re.findall(r'needs\.resources\("(\w+)"\)', text)) == sorted(MEASURED)
    with open(ROOT / "config/needs.csv", newline="") as file:
        assert all(row["basis"] for row in csv.DictReader(file))


def test_the_cluster_page_shows_the_planned_table():
    assert document_needs().strip() in PAGE.read_text()


@pytest.mark.slow
def test_requests_of_a_slurm_dry_run_add_up_to_the_plan():
    command = [sys.executable, "-m", "snakemake", "-n", "--workflow-profile", "profiles/slurm"]
    done = subprocess.run([*command, "--configfile", "config/published.yaml"], cwd=ROOT, capture_output=True, text=True)
    text = done.stdout + done.stderr
    listed = [
        (int(memory), int(minutes), bool(gpu))
        for memory, minutes, gpu in re.findall(r"\[\d+ cores, (\d+) MB, (\d+) min(, 1 GPU)?\]", text)
    ]
    planned = Counter((r.mem_mb, r.runtime, r.gpu_seconds is not None) for r in published().requests())
    assert Counter(listed) == planned
