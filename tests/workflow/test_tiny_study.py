"""The tiny study: complete, reproducible, and rerun only where something changed."""

import re
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.metrics import roc_auc_score

from tests.helpers import TINY, WorkflowCopy
from uads.core.files import read_metadata, read_table
from uads.evaluation.metrics import official_score

pytestmark = pytest.mark.slow

DETECTORS = {
    "autoencoder",
    "mobilenetv2",
    "knn",
    "adacos",
    "adacos_choice",
    "adacos_one_head",
    "adacos_two_heads",
    "adacos_density",
}


def test_every_product_is_there(finished):
    results = finished[0].results()
    assert len(list(results.glob("umaps/*/*.parquet"))) == 3 * 2
    assert len(list(results.glob("figures/global/*.png"))) == 2
    assert len(list(results.glob("figures/machine/*.png"))) == 4
    assert {path.stem for path in results.glob("figures/paper/*.png")} == {
        "fernandez2021_figure_1",
        "fernandez2021_figure_5",
    }
    assert {path.stem for path in results.glob("figures/training/adacos/*.png")} == {
        "one_head_s2_seed0",
        "two_heads_s2_seed0",
    }
    for number in range(1, 6):
        assert {path.suffix for path in results.glob(f"tables/wilkinghoff2021_table_{number}.*")} == {
            ".csv",
            ".md",
            ".html",
        }
    for folder in ("scores", "scores/training"):
        assert {path.stem for path in results.glob(f"{folder}/*.parquet")} == DETECTORS
    assert {path.name for path in results.glob("submissions/*")} == DETECTORS
    assert (results / "report.zip").stat().st_size > 100_000
    assert not finished[0].partial_files()


def test_stand_ins_are_named_where_they_are_shown(finished):
    results = finished[0].results()
    assert read_metadata(results / "umaps/fan/mel_k5.parquet")["stand_ins"] == ["All clips are synthesized"]
    for page in ("tables/wilkinghoff2021_table_1.html", "tables/wilkinghoff2021_table_2.html", "methods.html"):
        assert "All clips are synthesized" in (results / page).read_text()


def test_table_2_recomputes_from_scores_and_index(finished):
    results = finished[0].results()
    table = pd.read_csv(results / "tables/wilkinghoff2021_table_2.csv", dtype={"section": str})
    clips = read_table(results / "corpora/plant/clips.parquet").set_index("clip")
    scores = read_table(results / "scores/autoencoder.parquet").set_index("clip").join(clips)
    cell = scores.query("machine == 'fan' and section == '00' and domain == 'source'")
    normal, anomalous = (cell[cell["label"] == label]["score"].to_numpy() for label in ("normal", "anomaly"))
    won = (anomalous[:, None] > normal) + 0.5 * (anomalous[:, None] == normal)
    row = table.query("machine == 'fan' and section == '00' and domain == 'source'").iloc[0]
    assert row["autoencoder_auc"] == pytest.approx(100 * won.mean())


def test_low_energies_are_tabulated_for_every_umap(finished):
    results = finished[0].results()
    table = pd.read_csv(results / "tables/low_energy.csv")
    assert set(zip(table["scope"], table["k"], strict=True)) == {
        (scope, k) for scope in ("global", "fan", "valve") for k in (1, 5)
    }
    row = table.query("scope == 'fan' and k == 1").iloc[0]
    shown = read_table(results / "umaps/fan/mel_k1.parquet").sort_values("energy", kind="stable")
    assert row["samples"] == len(shown)
    assert row["lowest"] == len(shown) // 100
    cross, others = shown.iloc[row["lowest"] : row["lowest"] + 10], shown.drop(shown.index[row["lowest"] :][:10])
    distance = ((others[["x", "y"]] - cross[["x", "y"]].astype(float).mean()) ** 2).sum(axis=1).rank()
    assert row["share"] == pytest.approx(100 * (distance[: row["lowest"]] <= np.ceil(0.05 * len(others))).mean())


def test_the_official_score_of_the_submissions_is_table_5s(finished):
    results = finished[0].results()
    table = pd.read_csv(results / "tables/wilkinghoff2021_table_5.csv").set_index(["machine", "domain"])
    truth = finished[0].folder / "resources/corpora/plant/ground_truth_data"
    for name in ("autoencoder", "mobilenetv2", "knn", "adacos_choice", "adacos_density"):
        performance = []
        for path in sorted(truth.glob("ground_truth_*_test.csv")):
            labels, scores = (
                pd.read_csv(file, header=None).sort_values(0)
                for file in (path, results / f"submissions/{name}" / path.name.replace("ground_truth", "anomaly_score"))
            )
            assert labels[0].tolist() == scores[0].tolist(), "each test clip once, sorted"
            performance += [roc_auc_score(labels[1], scores[1], max_fpr=max_fpr) for max_fpr in (None, 0.1)]
        assert len(performance) == 2 * 2 * 2 * 2, "two machines, sections, domains, metrics"
        assert abs(table.loc[("all", "both"), f"{name}_auc"] / 100 - official_score(performance, [])) < 1e-12


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
        if job := re.match(r"Job (\d+): (?:Training|Applying) ", text):
            started[job[1]] = when
        elif (job := re.match(r"Finished jobid: (\d+)", text)) and job[1] in started:
            spans.append((started[job[1]], when))
    assert len(spans) == 10, "two jobs of each member: one of the baselines has two, one has one, AdaCos has two"
    spans.sort()
    assert all(first[1] <= second[0] for first, second in zip(spans, spans[1:], strict=False))


def test_a_second_run_has_nothing_to_do(finished):
    assert "Nothing to be done" in finished[0].run().stdout


def test_a_deleted_figure_is_rebuilt_alone(finished):
    copy = finished[0]
    figure = "results/tiny/figures/machine/fan_mel_k5.png"
    (copy.folder / figure).unlink()
    assert copy.planned(figure) == {"plot_machine": 1}
    assert copy.run(figure).returncode == 0
    assert (copy.folder / figure).exists()


PLOTS = {"plot_global": 2, "plot_machine": 4, "plot_section": 2, "plot_figure": 2}
REPORT = {"build_report": 1, "all": 1}


@pytest.mark.parametrize(
    ("module", "concerned"),
    [
        ("figures/dual/palettes.py", PLOTS | {"draw_figure": 2} | REPORT),
        ("figures/dual/regions.py", PLOTS | REPORT),
        ("figures/training/draw.py", {"draw_figure": 2} | REPORT),
        ("measures/low_energy/measure.py", {"measure_low_energy": 1, "tabulate": 1} | REPORT),
        ("tables/render.py", {"tabulate": 7} | REPORT),
        ("evaluation/comparisons.py", {"tabulate": 5} | REPORT),
        ("evaluation/submissions.py", {"write_submission": len(DETECTORS), "all": 1}),
        ("pages/methods.py", {"write_methods": 1} | REPORT),
    ],
)
def test_a_changed_module_reruns_only_the_jobs_using_it(finished, module, concerned):
    path = finished[0].folder / "scripts/uads" / module
    before = path.read_text()
    path.write_text(before + "\nCHANGED = True\n")
    try:
        assert finished[0].planned() == concerned
    finally:
        path.write_text(before)


@pytest.mark.parametrize(
    ("declaration", "before", "after"),
    [
        ("tables/wilkinghoff2021/spec.py", "the network behind", "what is behind"),
        ("tables/low_energy/spec.py", "Cost(3,", "Cost(4,"),
        ("measures/low_energy/spec.py", "Measure how", "Compute how"),
        ("figures/dual/captions.py", "Small dots", "Dots"),
        ("figures/training/spec.py", "Top: the loss", "The loss"),
    ],
)
def test_a_changed_rate_title_or_caption_reruns_nothing(finished, declaration, before, after):
    path = finished[0].folder / "scripts/uads" / declaration
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))
    try:
        assert "Nothing to be done" in finished[0].run().stdout
    finally:
        path.write_text(text)


def test_comments_and_docstrings_rerun_nothing(finished):
    package = finished[0].folder / "scripts/uads"
    before = {path: path.read_text() for path in package.rglob("*.py")}
    for path, text in before.items():
        path.write_text(text.replace('"""', '"""Edited: ', 1) + "\n# a comment\n")
    try:
        assert "Nothing to be done" in finished[0].run().stdout
    finally:
        for path, text in before.items():
            path.write_text(text)


def test_a_changed_key_reruns_what_it_concerns(finished):
    copy: WorkflowCopy = finished[0]
    copy.configure(TINY | {"umaps": TINY["umaps"] | {"min_dist": 0.2}})
    try:
        planned = set(copy.planned())
    finally:
        copy.configure(TINY)
    assert {"embed_umap", "plot_machine"} <= planned
    assert not planned & {"find_neighbours", "sample_stacks", "extract_spectrograms", "train_member"}


@pytest.mark.parametrize(
    ("change", "rerun"),
    [
        ({"decision": {"quantile": 0.8}}, {"score_clips"}),
        ({"back_end": {"reg_covar": 0.01}}, {"score_member", "score_clips"}),
    ],
)
def test_a_changed_back_end_trains_nothing(finished, change, rerun):
    copy: WorkflowCopy = finished[0]
    copy.configure(TINY | {"detectors": TINY["detectors"] | {"adacos": TINY["detectors"]["adacos"] | change}})
    try:
        planned = set(copy.planned("detectors"))
    finally:
        copy.configure(TINY)
    assert planned == {*rerun, "detectors"}


def test_bytes_depend_on_the_seed_and_not_on_the_folder(finished, copy_workflow):
    first = finished[0].results()
    again: WorkflowCopy = copy_workflow()
    assert again.run("tables", "umaps").returncode == 0
    for pattern in ("corpora/*/*.parquet", "stacks/*/*/*.h5", "samples/*/*.parquet", "neighbours/*/*.h5"):
        paths = sorted(first.glob(pattern))
        assert paths
        for path in paths:
            assert path.read_bytes() == (again.results() / path.relative_to(first)).read_bytes(), path
    for path in first.glob("umaps/*/*.parquet"):
        pd.testing.assert_frame_equal(read_table(path), read_table(again.results() / path.relative_to(first)))
    table, other = (pd.read_csv(one / "tables/wilkinghoff2021_table_2.csv") for one in (first, again.results()))
    pd.testing.assert_frame_equal(table, other, rtol=1e-6, atol=1e-6)

    again.configure(TINY | {"seed": 7})
    assert again.run("umaps").returncode == 0
    rows, others = (read_table(one / "samples/fan/mel_k1.parquet") for one in (first, again.results()))
    assert not np.array_equal(rows["frame"], others["frame"])


def test_a_config_line_makes_umaps_and_plots_of_any_kind(copy_workflow):
    more = {
        "cosine_fan": {"scope": "fan", "representation": "mel", "k": 5, "metric": "cosine", "n_neighbors": 9},
        "both": {"scope": ["fan", "valve"], "representation": "logmel", "k": 1, "min_dist": 0.5},
    }
    figures = {
        "formats": ["png", "pdf"],
        "overrides": {"machine/fan_mel_k5": {"size": [4, 2], "dpi": 25, "palette": "colour_blind"}},
        "more": {"corner": {"kind": "section", "umap": "cosine_fan", "section": "00", "crop": [0, 1, 0, 1], "dpi": 90}},
    }
    copy: WorkflowCopy = copy_workflow(
        TINY | {"umaps": TINY["umaps"] | {"more": more}, "figures": TINY["figures"] | figures}
    )
    names = ("more/cosine_fan", "more/both", "more/corner", "machine/fan_mel_k5")
    done = copy.run(*(f"results/tiny/figures/{name}.png" for name in names))
    assert done.returncode == 0, done.stdout[-4000:]
    made = {path.name for path in copy.results().glob("figures/more/*")}
    assert made == {f"{name}.{suffix}" for name in ("cosine_fan", "both", "corner") for suffix in ("png", "pdf")}
    sizes = {name: Image.open(copy.results() / f"figures/{name}.png").size for name in names}
    assert sizes == dict(zip(names, [(500, 250), (500, 250), (900, 450), (100, 50)], strict=True))
    cosine, plain = (read_metadata(copy.results() / f"umaps/{scope}/mel_k5.parquet") for scope in ("cosine_fan", "fan"))
    assert (cosine["metric"], cosine["n_neighbors"], plain["metric"]) == ("cosine", 9, "euclidean")
    both = read_table(copy.results() / "umaps/both/logmel_k1.parquet")
    assert set(both["machine"][both["split"] != "external"]) == {"fan", "valve"}
