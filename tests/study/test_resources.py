"""Resource requests of jobs follow from their work."""

import re
from types import SimpleNamespace

import pytest

from tests.helpers import COUNTS, ROOT, resources_of, study_of
from uads.core.entry import Cost, Entry, Workload, constant_workload
from uads.core.errors import UserError
from uads.study.request_table import as_size, as_text, as_time, tabulate_requests
from uads.study.resources import MEGABYTES_STEP, JobResources, Request, request_of
from uads.study.sizes import Sizes

PUBLISHED = resources_of("published.yaml")
SIZES = Sizes(study_of("published.yaml"), COUNTS)


def test_neighbours_request_more_memory_than_their_matrix():
    wildcards = SimpleNamespace(scope="global", representation="stft", k=10)
    matrix = SIZES.samples("global", "stft", 10) * 10 * SIZES.frame_bytes("stft")
    assert PUBLISHED.request("find_neighbours", wildcards).mem_mb * 1e6 > 1.3 * matrix > 1e9


@pytest.mark.parametrize(("rule", "stage"), [("find_neighbours", "neighbours"), ("embed_umap", "layout")])
@pytest.mark.parametrize(("representation", "k"), [("mel", 5), ("stft", 5), ("stft", 10)])
def test_umap_requests_follow_the_benchmark(rule, stage, representation, k):
    row = re.search(rf"\| {stage}, {representation} k = {k} \|(.*)", (ROOT / "docs/benchmarks.md").read_text())
    assert row
    peak_mb, note = row[1].split("|")[4:6]
    n_samples = int(note.split()[0].replace(",", ""))
    wildcards = SimpleNamespace(scope="fan", representation=representation, k=k)
    asked = PUBLISHED.request(rule, wildcards).mem_mb * n_samples / SIZES.samples("fan", representation, k)
    assert 1.05 * float(peak_mb) < asked < 1.6 * float(peak_mb)


def test_half_precision_halves_disk_but_not_memory():
    half = resources_of("published.yaml", change={"representations": {"l3": {"precision": "half"}}})
    stored = SIZES.stored_bytes("l3", "dcase2021-fan-train")
    small = Sizes(study_of("published.yaml", change={"representations": {"l3": {"precision": "half"}}}), COUNTS)
    assert small.stored_bytes("l3", "dcase2021-fan-train") == stored / 2 > MEGABYTES_STEP
    umap = SimpleNamespace(scope="fan", representation="l3", k=5)
    assert half.request("embed_umap", umap) == PUBLISHED.request("embed_umap", umap)


def test_attempts_raise_requests_and_cores_shorten_time():
    entry = Entry("script:plan", Cost(36000, 0, 2000), constant_workload)
    stated = JobResources({"long": lambda _: entry.job()}).of("long")
    for name, more in (("mem_mb", {}), ("runtime", {"threads": 1})):
        assert stated[name]((), attempt=3, **more) == 3 * stated[name]((), attempt=1, **more)
    assert stated["runtime"]((), attempt=1, threads=4) == stated["runtime"]((), attempt=1, threads=1) / 4


def test_requests_have_room_to_spare_and_are_rounded_up():
    entry = Entry("script:plan", Cost(60, 2.0, 100, memory_factor=2), constant_workload)
    request = request_of("a", entry, Workload(units=600, resident_bytes=1e9, output_bytes=2e8))
    assert request == Request("a", 2800, 70, 300, 1260, None, 2e8)


def test_a_gpu_counts_for_as_many_cores_as_its_cost_states():
    entry, work = Entry("script:plan", Cost(0, 1, 100, gpu_speedup=10), constant_workload), Workload(36000)
    request = request_of("a", entry, work)
    assert request.gpu_seconds == 3600
    assert request.runtime == 180, "an hour on a GPU, and as much again twice to spare"
    assert request_of("a", entry, work, threads=2, has_gpu=False).runtime == 900


def test_a_gpu_does_not_shorten_the_start_of_a_job():
    request = request_of("a", Entry("script:plan", Cost(20, 1, 100, gpu_speedup=10), constant_workload), Workload(50))
    assert (request.core_seconds, request.gpu_seconds) == (70, 25)


def test_a_rule_without_an_entry_is_refused():
    with pytest.raises(UserError, match=r"rule forgotten: its cost is not declared: add its entry"):
        PUBLISHED.of("forgotten")


def test_the_table_adds_jobs_hours_and_disk_up():
    requests = [Request("a", 100, 10, 200, 3600, None), Request("b", 300, 130, 100, 7200, 720)]
    head, *_, total = tabulate_requests(requests)
    assert dict(zip(head, total, strict=True)) == {
        "rule": "in all",
        "jobs": "2",
        "memory": "300.0 MB",
        "time": "2:10 h",
        "disk": "200.0 MB",
        "core time": "3.0 h",
        "GPU time": "12 min",
    }
    assert as_text([("a", "1"), ("bc", "10")]) == "a    1\nbc  10"


@pytest.mark.parametrize(("n_bytes", "text"), [(999, "999 B"), (1500, "2 kB"), (2.5e9, "2.5 GB"), (3e13, "30.0 TB")])
def test_sizes_are_readable(n_bytes, text):
    assert as_size(n_bytes) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(42.4, "42 s"), (600, "10 min"), (9000, "2.5 h"), (36000, "10 h"), (9e6, "2,500 h")]
)
def test_times_are_readable(seconds, text):
    assert as_time(seconds) == text
