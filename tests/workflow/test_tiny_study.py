"""The whole workflow on a tiny study: complete, repeatable, and rerun only where something changed."""

import re
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from uads.files import read_metadata, read_table

from .conftest import TINY, House

pytestmark = pytest.mark.slow


def test_every_product_is_there(finished):
    results = finished[0].results()
    assert len(list(results.glob("umaps/*/*.parquet"))) == 3 * 2
    assert len(list(results.glob("figures/global/*.png"))) == 2
    assert len(list(results.glob("figures/machine/*.png"))) == 4
    assert {path.stem for path in results.glob("figures/paper/*.png")} == {"figure_1", "figure_5"}
    assert {path.stem for path in results.glob("figures/training/*.png")} == {"s2_seed0"}
    assert {path.suffix for path in results.glob("tables/table_2.*")} == {".csv", ".md", ".html"}
    assert (results / "report.zip").stat().st_size > 100_000
    assert not finished[0].partial_files()


def test_stand_ins_are_named_where_they_are_shown(finished):
    results = finished[0].results()
    assert read_metadata(results / "umaps/fan/mel_k5.parquet")["stand_ins"] == ["All clips are synthesized"]
    for page in ("tables/table_2.html", "methods.html"):
        assert "All clips are synthesized" in (results / page).read_text()


def test_table_2_recomputes_from_scores_and_index(finished):
    results = finished[0].results()
    table = pd.read_csv(results / "tables/table_2.csv", dtype={"section": str})
    clips = read_table(results / "corpora/plant/clips.parquet").set_index("clip")
    scores = read_table(results / "scores/autoencoder.parquet").set_index("clip").join(clips)
    cell = scores.query("machine == 'fan' and section == '00' and domain == 'source'")
    normal, anomalous = (cell[cell["label"] == label]["score"].to_numpy() for label in ("normal", "anomaly"))
    won = (anomalous[:, None] > normal) + 0.5 * (anomalous[:, None] == normal)
    row = table.query("machine == 'fan' and section == '00' and domain == 'source'").iloc[0]
    assert row["autoencoder_auc"] == pytest.approx(100 * won.mean())


def test_blind_clips_are_scored_but_not_shown(finished):
    results = finished[0].results()
    shown = read_table(results / "umaps/fan/mel_k1.parquet")
    assert not shown["clip"].str.contains("section_03_.*_test").any()
    assert read_table(results / "scores/adacos.parquet")["clip"].str.contains("section_03_.*_test").any()


def test_jobs_that_ask_for_the_gpu_run_one_at_a_time(finished):
    logs = (finished[0].folder / ".snakemake/log").glob("*.log")
    log = max(logs, key=lambda path: path.stat().st_size).read_text()
    started: dict[str, datetime] = {}
    spans = []
    for stamp, text in re.findall(r"^\[(.+?)\]\n(.+?)\n", log, re.MULTILINE):
        when = datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y")
        if job := re.match(r"Job (\d+): (?:Training|Embedding) ", text):
            started[job[1]] = when
        elif (job := re.match(r"Finished jobid: (\d+)", text)) and job[1] in started:
            spans.append((started[job[1]], when))
    assert len(spans) == 4, "two autoencoder jobs, one training and one embedding of AdaCos"
    spans.sort()
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))


def test_a_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in finished[0].run().stdout


def test_a_deleted_figure_is_rebuilt_alone(finished):
    house = finished[0]
    figure = "results/tiny/figures/machine/fan_mel_k5.png"
    (house.folder / figure).unlink()
    assert house.planned(figure) == {"plot_machine": 1}
    assert house.run(figure).returncode == 0
    assert (house.folder / figure).exists()


@pytest.mark.parametrize(
    ("module", "concerned"),
    [
        (
            "figures/cross.py",
            {
                "plot_global",
                "plot_machine",
                "plot_section",
                "plot_paper_figure",
                "plot_training",
                "build_report",
                "all",
            },
        ),
        ("tables.py", {"tabulate_table_1", "tabulate_table_2", "tabulate_exclusions", "build_report", "all"}),
        ("methods.py", {"write_methods", "build_report", "all"}),
    ],
)
def test_a_changed_module_reruns_the_stages_that_use_it_and_no_others(finished, module, concerned):
    path = finished[0].folder / "scripts/uads" / module
    before = path.read_text()
    path.write_text(before + "\n# changed\n")
    try:
        assert set(finished[0].planned()) == concerned
    finally:
        path.write_text(before)


def test_a_changed_key_reruns_what_it_concerns(finished):
    house: House = finished[0]
    house.configure(TINY | {"umaps": TINY["umaps"] | {"min_dist": 0.2}})
    try:
        planned = set(house.planned())
    finally:
        house.configure(TINY)
    assert {"embed_umap", "plot_machine"} <= planned
    assert not planned & {"find_neighbours", "sample_stacks", "extract_spectrograms", "train_adacos"}


def test_another_folder_gives_the_same_bytes_and_another_seed_gives_others(finished, make_house):
    first = finished[0].results()
    again: House = make_house()
    assert again.run("tables", "umaps").returncode == 0
    for pattern in ("corpora/*/*.parquet", "stacks/*/*/*.h5", "samples/*/*.parquet", "neighbours/*/*.h5"):
        paths = sorted(first.glob(pattern))
        assert paths
        for path in paths:
            assert path.read_bytes() == (again.results() / path.relative_to(first)).read_bytes(), path
    for path in first.glob("umaps/*/*.parquet"):
        pd.testing.assert_frame_equal(read_table(path), read_table(again.results() / path.relative_to(first)))
    table, other = (pd.read_csv(one / "tables/table_2.csv") for one in (first, again.results()))
    pd.testing.assert_frame_equal(table, other, rtol=1e-6, atol=1e-6)

    again.configure(TINY | {"seed": 7})
    assert again.run("umaps").returncode == 0
    rows, others = (read_table(one / "samples/fan/mel_k1.parquet") for one in (first, again.results()))
    assert not np.array_equal(rows["frame"], others["frame"])
