"""Benchmarks measure what they claim, on small data; no test checks how fast anything is."""

import json
import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from uads.benchmarks.clips import as_table, benchmark_clips
from uads.benchmarks.declared import MEMBER
from uads.benchmarks.few_stacks import PLACES, SPARSITIES, STATED, measure_few_stacks
from uads.benchmarks.figures import measure_figures
from uads.benchmarks.l3 import describe_difference, measure_l3
from uads.benchmarks.layouts import measure_layouts, neighbours_by_rows
from uads.benchmarks.measurement import (
    Outcome,
    Process,
    compare,
    run_in_process,
    time_alternately,
    time_rounds,
    watch_private_memory,
    write_measurements,
)
from uads.benchmarks.mixture import write_mixture
from uads.benchmarks.published import extract_plainly
from uads.benchmarks.samples import measure_samples
from uads.benchmarks.spectrograms import STUDY, measure_spectrograms
from uads.benchmarks.storage import CHUNKS, KINDS, measure_storage
from uads.benchmarks.summary import (
    BEGIN,
    END,
    SUMMARY,
    describe_machine,
    insert_table,
    read_measurements,
    tabulate_benchmarks,
    update_table,
)
from uads.benchmarks.training import FRAMES_PER_CLIP, measure_training, write_hollow_store, write_noise
from uads.benchmarks.umaps import clips_for, measure_umaps
from uads.core.errors import UserError
from uads.corpora.plant import PlantSize
from uads.data.stores import FrameStore
from uads.detectors.base import kinds
from uads.figures.dual.settings import Settings
from uads.manifold.exact import true_neighbours
from uads.representations.spectrogram.extract import extract_spectrograms


def run_here(function, *arguments, threads=None) -> Outcome:
    """Run a function in this process, so that it can be patched."""
    return Outcome(function(*arguments), 0.0)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return benchmark_clips(tmp_path_factory.mktemp("clips"), None, 4)


def test_tasks_are_timed_by_turns():
    order = []
    times = time_alternately({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b", "a", "b"]
    assert set(times) == {"a", "b"}


def test_the_times_of_all_rounds_are_reported():
    times = time_rounds({"a": lambda: None, "b": lambda: None}, rounds=3)
    assert [len(times[name]) for name in ("a", "b")] == [3, 3]


def test_private_memory_is_what_is_no_mapped_file(tmp_path):
    (tmp_path / "file").write_bytes(b"1" * 80_000_000)
    with watch_private_memory() as mapped:
        before = mapped[0]
        file = np.memmap(tmp_path / "file", np.uint8, "r")
        assert file.sum() == len(file) * ord("1")
    with watch_private_memory() as private:
        held = np.ones(10_000_000)
    assert mapped[0] - before < 40
    assert private[0] - before > 0.9 * held.nbytes / 1e6


def test_a_separate_process_reports_its_value_and_memory():
    held = np.ones(50_000_000)  # 400 MB that do not belong to the other process
    outcome = run_in_process(json.dumps, {"a": 1})
    assert outcome.value == '{"a": 1}'
    assert 1 < outcome.peak_mb < held.nbytes / 1e6


def test_a_process_runs_one_function_after_the_other():
    with Process(threads=1) as process:
        for number in (1, 2):
            process.start(json.dumps, number)
            assert process.wait().value == str(number)


def test_a_failure_in_a_separate_process_is_reported():
    with pytest.raises(RuntimeError, match="JSONDecodeError"):
        run_in_process(json.loads, "no JSON")


def test_a_measurement_relates_seconds_to_baseline_and_limit():
    measured = compare("stage", 2.0, baseline_seconds=10.0, limit_seconds=1.0)
    assert (measured.ratio, measured.share_of_limit) == (5.0, 0.5)
    assert compare("stage", 2.0).ratio is None


def test_generated_clips_are_the_same_each_time_and_differ(tmp_path, clips):
    again = benchmark_clips(tmp_path, None, 2)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in clips[:2]]
    assert clips[0].read_bytes() != clips[1].read_bytes()


def test_own_clips_are_taken_from_a_folder(tmp_path, clips):
    assert benchmark_clips(tmp_path, clips[0].parent, 3) == clips[:3]
    with pytest.raises(UserError, match="contains no audio"):
        benchmark_clips(tmp_path, tmp_path, 3)


def test_the_plain_way_gives_the_same_frames_in_another_layout(tmp_path, clips):
    import h5py

    (tmp_path / "own").mkdir()
    outputs = {name: tmp_path / "own" / f"{name}.h5" for name in STUDY}
    extract_spectrograms(as_table(clips[:2]), outputs, STUDY)
    extract_plainly(clips[:2], tmp_path)
    for name, path in outputs.items():
        with h5py.File(tmp_path / f"{name}.h5") as file:
            assert file["data"].chunks == (len(file["data"]), 20)
            np.testing.assert_allclose(FrameStore(path).frames, file["data"][:].T, atol=1e-3)


@pytest.mark.slow
def test_spectrograms_are_measured_on_one_core_and_on_two(tmp_path, clips):
    whole, half, two = measure_spectrograms(clips, tmp_path, 1)
    assert whole.ratio == whole.baseline_seconds / whole.seconds
    assert whole.share_of_limit > 0
    assert half.peak_mb > 0
    assert "two" in two.stage


def test_stages_from_store_to_matrix_are_measured(tmp_path):
    sort, sample, gather, at_once, both = measure_samples(tmp_path, 313 * 48, rounds=1, cores=2, per_split=20)
    assert [row.stage.split()[0] for row in (sort, sample, gather)] == ["sort", "sample", "gather"]
    assert both.seconds == sample.seconds + gather.seconds
    assert gather.share_of_limit > 0
    assert "2 threads" in at_once.stage
    few = measure_few_stacks(tmp_path, rounds=1)
    assert len(few) == 2 * len(SPARSITIES)
    assert all(row.ratio > 0 and row.share_of_limit > 0 for row in few)
    assert [row.stage for row in few if row.peak_mb] == [f"gather one frame in {STATED}{at}" for at in PLACES.values()]


def test_every_storage_is_compared_with_single_precision(tmp_path, clips):
    rows = {row.stage.removeprefix("gather stacks, "): row for row in measure_storage(clips, tmp_path, 1, 313 * 24)}
    assert list(rows) == [*KINDS, *CHUNKS]
    assert all(row.baseline_seconds == rows["single"].seconds for name, row in rows.items() if name != "single")
    shares, errors = (
        {name: float(re.search(pattern, row.note)[1]) for name, row in rows.items()}
        for pattern in (r"([\d.]+) of that on the disk", r"largest error ([\d.]+) dB")
    )
    assert shares["half, gzip"] < shares["half"] < shares["single"] == 1
    assert {name for name, error in errors.items() if error > 0} == {"half", "half, lzf", "half, gzip"}
    assert max(errors.values()) <= 1 / 32


def test_a_machine_plot_is_compared_with_a_plain_scatter(tmp_path, monkeypatch):
    monkeypatch.setattr("uads.benchmarks.figures.run_in_process", run_here)
    monkeypatch.setattr("uads.benchmarks.figures.STUDY", Settings(size=(6, 3), dpi=50))
    (plot,) = measure_figures(tmp_path, 1)
    assert "205,562 samples" in plot.note
    assert plot.ratio == plot.baseline_seconds / plot.seconds
    assert {Image.open(tmp_path / f"{name}.png").size for name in ("own", "plain", "canvas")} == {(300, 150)}


def test_embeddings_differ_by_a_share_of_their_size_and_of_their_steps():
    single = [np.array([[3.0, 4.0], [3.0, 9.0]], np.float32)]
    found = [single[0] + np.float32([0.0, 0.5])]
    size = (5 + 90**0.5) / 2
    assert describe_difference(found, single) == (
        f"differs by {0.5 / size:.2%}, or 0.10 of the step from one frame to the next"
    )


@pytest.mark.slow
def test_each_precision_of_l3_is_compared_with_single_precision(tmp_path, monkeypatch, clips):
    monkeypatch.setattr("uads.benchmarks.l3.run_in_process", run_here)
    monkeypatch.setattr("uads.benchmarks.l3.ROUNDS", 1)
    rows = {row.stage: row for row in measure_l3(clips[:2], tmp_path, 1)}
    assert list(rows)[:3] == ["L3", "L3, bfloat16", "L3, front end in double precision"]
    for other in list(rows)[1:3]:
        assert rows[other].baseline_seconds == rows["L3"].seconds
        assert rows[other].peak_mb > 100
        assert re.search(r"differs by \d\.\d\d%", rows[other].note)


@pytest.mark.slow
def test_umaps_are_compared_with_plain_calls_of_umap_learn(tmp_path):
    n_samples = 4200  # beyond the size up to which umap-learn computes all distances
    clips = benchmark_clips(tmp_path / "clips", None, clips_for(n_samples))
    (umaps,) = measure_umaps(
        clips, tmp_path, n_samples, exact_up_to=5000, layout="parallel", cores=2, wanted=[("mel", 1), ("l3", 5)]
    )
    assert umaps.amount == 2 * n_samples
    assert umaps.ratio == umaps.baseline_seconds / umaps.seconds
    found = re.search(r"trustworthiness ([+-][\d.]+), recall ([+-][\d.]+)", umaps.note)
    assert found
    trust, recall = map(float, found.groups())
    assert -0.02 < trust < 0.02
    assert 0 <= recall < 0.2, "the true neighbours against approximate ones"


@pytest.mark.slow
def test_layouts_and_exact_neighbours_of_a_mixture_are_measured(tmp_path, monkeypatch):
    size = PlantSize(train_source=1, train_target=1, test=1, seconds=3.0, fragments=2, engine_clips=1)
    small = partial(write_mixture, machines=["pump"], sections=["00"], size=size)
    monkeypatch.setattr("uads.benchmarks.layouts.write_mixture", small)
    monkeypatch.setattr("uads.benchmarks.layouts.run_in_process", run_here)
    layout, exact, methods = measure_layouts(tmp_path, [400], 2, exact_up_to=450, exact_samples=500, rounds=1)
    assert layout.stage == "layout of 400"
    assert layout.ratio == layout.baseline_seconds / layout.seconds
    trust = re.search(r"trustworthiness ([\d.]+), ([\d.]+);", layout.note)
    assert trust
    assert all(0.8 < float(value) < 1 for value in trust.groups())
    assert exact.stage == "exact neighbours"
    assert min(exact.ratio, exact.share_of_limit) > 0
    assert "the approximate search" in methods.note


def test_the_plain_search_finds_the_same_neighbours():
    samples = np.random.default_rng(0).normal(size=(200, 9)).astype(np.float32)
    plain, own = neighbours_by_rows(samples, 7), true_neighbours(samples, np.arange(200), 7, "euclidean")
    np.testing.assert_array_equal(plain[0], own[0])
    np.testing.assert_array_equal(plain[1], own[1])


def test_a_hollow_store_is_read_like_another_but_takes_no_disk(tmp_path):
    write_hollow_store(tmp_path / "hollow.h5", 500)
    write_noise(tmp_path / "noise.h5", 3)
    hollow, noise = FrameStore(tmp_path / "hollow.h5"), FrameStore(tmp_path / "noise.h5")
    assert len(hollow.frames) == 500 * FRAMES_PER_CLIP == hollow.offsets[-1]
    assert not hollow.frames[::FRAMES_PER_CLIP].any()
    assert (tmp_path / "hollow.h5").stat().st_blocks * 512 < hollow.frames.nbytes / 50
    assert noise.frames.std() > 5
    assert list(hollow.clips) == list(noise.clips)
    assert hollow.clips.groupby(["machine", "section"]).ngroups == 42, "as in the published study"


@pytest.mark.slow
def test_training_is_compared_with_its_baselines(tmp_path):
    training = {"precision": "single", "training_data": "mapped"}
    settings = kinds()["adacos"].Settings(training=training).training.model_dump() | MEMBER
    training, *others = measure_training(tmp_path, 70, 100, settings, threads=1, rounds=1)
    assert min(training.ratio, training.share_of_limit) > 0
    assert training.peak_mb > 100
    assert [row.stage for row in others] == ["training, compiled by XLA"]


def test_tables_of_all_stages_become_one_with_the_machine(tmp_path):
    write_measurements([compare("one", 2.0, 4.0, note="work", amount=100, cores=2)], tmp_path / "one.csv")
    write_measurements([compare("two", 1.0, peak_mb=100.0)], tmp_path / "two.csv")
    outputs = [tmp_path / name for name in ("all.csv", "all.md", "rates.csv")]
    tabulate_benchmarks([tmp_path / "one.csv", tmp_path / "two.csv"], *outputs)
    assert pd.read_csv(outputs[2]).to_dict("list") == {"stage": ["one"], "core_seconds": [0.04]}, "of one core"
    table = pd.read_csv(tmp_path / "all.csv")
    assert list(table) == list(SUMMARY)
    assert list(table["ratio"].fillna(0)) == [2.0, 0.0]
    text = (tmp_path / "all.md").read_text()
    assert "| one | 2 | 4 | 2.0 |  |  | work |" in text
    assert "cores" in text


def test_rows_of_stages_that_were_not_measured_again_stay(tmp_path, monkeypatch):
    def rows(**seconds: float) -> pd.DataFrame:
        write_measurements([compare(stage, took) for stage, took in seconds.items()], tmp_path / "rows.csv")
        return read_measurements([tmp_path / "rows.csv"])

    page = update_table(f"before\n{BEGIN}{END}after\n", rows(one=1.0, two=2.0))
    updated = update_table(page, rows(two=4.0, three=3.0))
    measured = [line.split("|")[1:3] for line in updated.splitlines() if line.startswith("| ")][1:]
    assert measured == [[" one ", " 1 "], [" two ", " 4 "], [" three ", " 3 "]]
    assert updated.count(describe_machine()) == 1

    monkeypatch.setattr("uads.benchmarks.summary.describe_machine", lambda: "Measured elsewhere")
    with pytest.raises(UserError, match="rows of one, three are not from this machine"):
        update_table(updated, rows(two=4.0))
    assert "Measured elsewhere" in update_table(updated, rows(one=1.0, two=2.0, three=3.0))


def test_a_summary_replaces_the_table_of_the_page():
    page = insert_table(f"before\n{BEGIN}old{END}after\n", "| new |\n")
    assert page == f"before\n{BEGIN}\n| new |\n\n{END}after\n"
    with pytest.raises(UserError, match="no place for the table"):
        insert_table("a page", "| new |")
