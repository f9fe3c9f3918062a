"""Tables: values next to published ones, harmonic means, reasons for blank cells, and output formats."""

import subprocess
import sys
from dataclasses import asdict
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hmean
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from tests.helpers import ROOT
from uads.core.errors import UserError
from uads.core.files import write_table
from uads.detectors.base import ScoreSet
from uads.detectors.score_sets import one_component
from uads.evaluation.comparisons import compare_on_domains, compare_on_evaluation, compare_on_splits
from uads.tables.columns import ScoreColumn, component, expand, first_of, of, others
from uads.tables.comparison import layout_comparison
from uads.tables.render import best_cells, write_table_files
from uads.tables.wilkinghoff2021.build import (
    PUBLISHED_SIZES,
    TEXTS,
    beside_published_sizes,
    layout_table_1,
    table_1,
    table_4,
)

LABELS = {"autoencoder": "Autoencoder", "adacos": "Sub-cluster AdaCos"}
COLUMNS = [ScoreColumn(name, name, label) for name, label in LABELS.items()]
PREFIXES = {"autoencoder": "autoencoder", "adacos": "proposed"}
MEASURES = ["autoencoder_auc", "autoencoder_pauc", "adacos_auc", "adacos_pauc"]


@pytest.fixture(scope="module")
def published():
    return pd.read_csv(ROOT / "resources/published/wilkinghoff2021_table2.csv", dtype={"section": str})


@pytest.fixture(scope="module")
def index():
    rows = [
        (machine, section, domain, split, part, label)
        for machine in ("fan", "own_press")
        for section, part in (("00", "development"), ("01", "development"), ("03", "evaluation"))
        for domain in ("source", "target")
        for split, label in (("train", "normal"), ("test", "normal"), ("test", "anomaly"))
        for _ in range(5)
        if (machine, section, domain, label) != ("own_press", "01", "target", "anomaly")
    ]
    table = pd.DataFrame(rows, columns=["machine", "section", "domain", "split", "part", "label"])
    return table.assign(clip=[f"clip_{i:03d}" for i in range(len(table))])


@pytest.fixture(scope="module")
def scores(index):
    rng = np.random.default_rng(1)
    tested = index[index["split"] == "test"]
    return {name: pd.DataFrame({"clip": tested["clip"], "score": rng.normal(size=len(tested))}) for name in LABELS}


@pytest.fixture(scope="module")
def table(index, scores, published):
    return compare_on_splits(index, scores, published, PREFIXES)


def test_rows_are_machines_domains_sections_then_means(table):
    fan = [("fan", s, d) for d in ("source", "target") for s in ("00", "01")] + [("fan", "hmean", "both")]
    rows = list(table[["machine", "section", "domain"]].itertuples(index=False, name=None))
    assert rows[:5] == fan
    assert rows[-1] == ("all", "hmean", "both")
    assert len(rows) == 11


def test_cells_are_aucs(table, index, scores):
    row = table.query("machine == 'fan' and section == '01' and domain == 'target'").iloc[0]
    clips = index.query("machine == 'fan' and section == '01' and domain == 'target' and split == 'test'")
    score = scores["adacos"].set_index("clip")["score"][clips["clip"]]
    assert row["adacos_auc"] == pytest.approx(100 * roc_auc_score(clips["label"] == "anomaly", score))
    assert row["adacos_pauc"] == pytest.approx(100 * roc_auc_score(clips["label"] == "anomaly", score, max_fpr=0.1))
    assert (row["normal"], row["anomalous"]) == (5, 5)


def test_harmonic_means_recompute(table):
    parts = table[table["section"] != "hmean"]
    for machine in ("fan", "own_press", "all"):
        own = parts if machine == "all" else parts[parts["machine"] == machine]
        mean = table[(table["machine"] == machine) & (table["section"] == "hmean")].iloc[0]
        for measure in MEASURES:
            assert mean[measure] == pytest.approx(hmean(own[measure].dropna()))


def test_a_split_without_anomalies_is_blank_and_says_why(table):
    row = table.query("machine == 'own_press' and section == '01' and domain == 'target'").iloc[0]
    assert row[MEASURES].isna().all()
    assert row["reason"] == "no anomalous test clips"
    means = table[table["section"] == "hmean"].set_index("machine")
    assert means["reason"].to_dict() == {"fan": "", "own_press": "over 3 of 4 rows", "all": "over 7 of 8 rows"}
    assert means["rows"].to_dict() == {"fan": 4, "own_press": 3, "all": 7}


def test_published_values_and_differences(table, published):
    row = table.query("machine == 'fan' and section == '00' and domain == 'source'").iloc[0]
    printed = published.query("machine == 'fan' and section == '00' and domain == 'source'").iloc[0]
    assert row["autoencoder_auc_published"] == printed["autoencoder_auc"]
    assert row["adacos_pauc_published"] == printed["proposed_pauc"]
    assert row["adacos_auc_difference"] == pytest.approx(row["adacos_auc"] - printed["proposed_auc"])
    assert table.iloc[-1]["adacos_auc_published"] == 77.69
    own = table[table["machine"] == "own_press"]
    assert own.filter(regex="_(published|difference)$").isna().all(axis=None)


def test_a_detector_without_published_values(index, scores, published):
    table = compare_on_splits(index, scores, published, {"autoencoder": None, "adacos": "proposed"})
    assert table["autoencoder_auc_published"].isna().all()
    titles = [title for title, _ in layout_comparison(TEXTS["table_2"], table, COLUMNS, [], "s").groups]
    assert titles[1:5] == [f"{label}: {metric}" for label in LABELS.values() for metric in ("AUC", "pAUC")]
    shown = [column.key for column in layout_comparison(TEXTS["table_2"], table, COLUMNS, [], "s").columns]
    assert "autoencoder_auc_published" not in shown
    assert "adacos_auc_published" in shown


def test_missing_scores_are_blank_and_say_why(index, scores, published):
    fewer = {**scores, "adacos": scores["adacos"].iloc[1:]}
    row = compare_on_splits(index, fewer, published, PREFIXES).iloc[0]
    assert row["reason"] == "adacos: 1 of 10 clips have no score"
    assert np.isnan(row["adacos_auc"])
    assert np.isfinite(row["autoencoder_auc"])


@pytest.fixture
def decided(index, scores):
    return {name: table.assign(decision=(table["score"] > 0.5).astype("int8")) for name, table in scores.items()}


def test_precision_recall_and_f1_are_in_rows_and_means(index, decided, published):
    table = compare_on_splits(index, decided, published, PREFIXES)
    clips = index.query("machine == 'fan' and section == '01' and domain == 'target' and split == 'test'")
    decision = decided["adacos"].set_index("clip")["decision"][clips["clip"]]
    expected = precision_recall_fscore_support(clips["label"] == "anomaly", decision, average="binary")[:3]
    columns = ["adacos_precision", "adacos_recall", "adacos_f1"]
    row = table.query("machine == 'fan' and section == '01' and domain == 'target'").iloc[0]
    np.testing.assert_allclose(row[columns].astype(float), 100 * np.array(expected))
    mean = table[(table["machine"] == "fan") & (table["section"] == "hmean")].iloc[0]
    own = table[(table["machine"] == "fan") & (table["section"] != "hmean")]
    assert mean["adacos_recall"] == pytest.approx(hmean(own["adacos_recall"]))
    titles = [title for title, _ in layout_comparison(TEXTS["table_2"], table, COLUMNS, [], "s").groups]
    assert "Sub-cluster AdaCos: decisions" in titles


@pytest.fixture(scope="module")
def by_domain():
    return pd.read_csv(ROOT / "resources/published/wilkinghoff2021_table4.csv")


def test_domain_rows_are_harmonic_means(index, scores, published, by_domain, table):
    found = compare_on_domains(index, scores, by_domain, {"adacos": "ensemble"})
    keys = [("fan", "source"), ("fan", "target"), ("own_press", "source"), ("own_press", "target")]
    rows = list(found[["machine", "domain"]].itertuples(index=False, name=None))
    assert rows == [*keys, ("all", "source"), ("all", "target")]
    sections = table[table["section"] != "hmean"]
    for row in found.to_dict("records"):
        own = sections[sections["domain"] == row["domain"]]
        own = own if row["machine"] == "all" else own[own["machine"] == row["machine"]]
        for measure in MEASURES:
            assert row[measure] == pytest.approx(hmean(own[measure].dropna()))
    assert found["adacos_auc_published"].tolist()[:2] == [80.98, 69.30]
    assert found["reason"].tolist() == ["", "", "", "over 1 of 2 rows", "", "over 3 of 4 rows"]


def test_a_component_is_blank_where_it_does_not_apply(index, scores, by_domain):
    ensemble = scores["adacos"].assign(attribute=scores["adacos"]["score"])
    domain = index.set_index("clip")["domain"][ensemble["clip"]].to_numpy()
    press = ensemble["clip"].isin(index.query("machine == 'own_press' and section == '00'")["clip"])
    ensemble.loc[(domain == "target") | press, "attribute"] = np.nan
    components = {"attribute": one_component(ensemble, "attribute"), "adacos": ensemble}
    found = compare_on_domains(index, components, by_domain, {}).set_index(["machine", "domain"])
    assert found["attribute_auc"].isna().tolist() == [False, True, False, True, False, True]
    assert found["adacos_auc"].notna().all()
    assert found.loc[("fan", "target"), "reason"] == ""
    assert found.loc[("own_press", "source"), "reason"] == "attribute: over 1 of 2 rows"


def test_the_official_score_is_the_last_row_of_table_5(index, decided):
    printed = pd.read_csv(ROOT / "resources/published/wilkinghoff2021_table5.csv")
    found = compare_on_evaluation(index, decided, printed, {"adacos": "proposed"})
    last = found.iloc[-1]
    assert (last["machine"], last["domain"], last["reason"]) == ("all", "both", "official score of DCASE 2021")
    assert last["adacos_auc_published"] == 64.20
    assert np.isnan(last["adacos_pauc"])
    clips = index[(index["part"] == "evaluation") & (index["split"] == "test")].merge(decided["adacos"], on="clip")
    values = [
        roc_auc_score(own["label"] == "anomaly", own["score"], max_fpr=max_fpr)
        for _, own in clips.groupby(["machine", "section", "domain"])
        for max_fpr in (None, 0.1)
    ]
    assert last["adacos_auc"] == pytest.approx(100 * hmean(values), abs=1e-12)


def test_every_published_table_lays_out_with_its_notes(index, decided, by_domain, tmp_path):
    sets = dict.fromkeys(("adacos_one_head", "adacos_two_heads", "adacos", "adacos_density"), decided["adacos"])
    prefixes = {"adacos_one_head": "section_loss", "adacos_two_heads": "section_attribute_loss", "adacos": "ensemble"}
    found = compare_on_domains(index, sets, by_domain, prefixes)
    note = "It is not considered for the best value."
    columns = [ScoreColumn(name, name, name, control="density" in name, note=note) for name in sets]
    layout = layout_comparison(TEXTS["table_4"], found, columns, [], "s")
    assert layout.notes.count(note) == 1
    marked = {column.key for column in layout.columns if column.best}
    assert "adacos_auc" in marked
    assert "adacos_density_auc" not in marked
    write_table_files(found, layout, *(tmp_path / f"table_4.{suffix}" for suffix in ("csv", "md", "html")))
    text = (tmp_path / "table_4.md").read_text()
    assert "| adacos_one_head: AUC here | adacos_one_head: AUC published |" in text


def test_no_labels_at_all(index, scores, published):
    with pytest.raises(UserError, match="no test clip of the development part has a label"):
        compare_on_splits(index.assign(label="unknown"), scores, published, PREFIXES)


def test_best_value_of_each_metric_is_marked(table):
    layout = layout_comparison(TEXTS["table_2"], table, COLUMNS, [], "s")
    marks = best_cells(table, layout)
    places = {column.key: i for i, column in enumerate(layout.columns)}
    for row, marked in zip(table.to_dict("records"), marks, strict=True):
        for metric in ("auc", "pauc"):
            keys = [f"{name}_{metric}" for name in LABELS]
            best = max(round(row[key], 2) for key in keys)
            assert [marked[places[key]] for key in keys] == [round(row[key], 2) == best for key in keys]
            assert not marked[places[f"adacos_{metric}_published"]]


def test_a_single_detector_is_not_the_best_of_itself(index, scores, published):
    alone = compare_on_splits(index, {"adacos": scores["adacos"]}, published, PREFIXES)
    assert not np.any(best_cells(alone, layout_comparison(TEXTS["table_2"], alone, COLUMNS[1:], [], "s")))


class Cells(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.rows, self.tags = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


@pytest.fixture
def written(table, tmp_path):
    paths = [tmp_path / f"table_2.{suffix}" for suffix in ("csv", "md", "html")]
    layout = layout_comparison(TEXTS["table_2"], table, COLUMNS, ["Synthesized corpus <embedded>"], "demo")
    write_table_files(table, layout, *paths)
    return paths


def test_csv_has_full_precision(written, table):
    back = pd.read_csv(written[0], dtype={"section": str}, keep_default_na=True)
    np.testing.assert_allclose(back["adacos_auc"], table["adacos_auc"], rtol=1e-12)
    assert list(back) == list(table)


def test_markdown_is_a_table(written, table):
    text = written[1].read_text()
    lines = [line for line in text.splitlines() if line.startswith("|")]
    assert len(lines) == 2 + len(table)
    assert len({line.count("|") for line in lines}) == 1
    assert f"{table['adacos_auc'].iloc[0]:.2f}" in lines[2]
    assert "not comparable with the published values" in text


def test_html_is_self_contained(written, table):
    text = written[2].read_text()
    cells = Cells(text)
    assert not {"script", "link", "img"} & set(cells.tags)
    assert len(cells.rows) == 2 + len(table)
    assert len({len(row) for row in cells.rows[1:]}) == 1
    assert "Synthesized corpus &lt;embedded&gt;: not comparable" in text
    assert text.index("not comparable") < text.index("<table>")
    assert text.count('<tr class="mean">') == 3


def test_table_1_compares_sizes(tmp_path):
    network = pd.DataFrame({"layer": "x", "structure": "-", "output_size": PUBLISHED_SIZES[:11], "parameters": 1})
    network.loc[2, "output_size"] = "78×31×16"
    table = beside_published_sizes(network)
    assert set(table["agrees"]) == {"yes", ""}
    assert set(beside_published_sizes(network.assign(output_size="7"))["agrees"]) == {"no", ""}
    write_table_files(table, layout_table_1(), *(tmp_path / f"table_1.{suffix}" for suffix in ("csv", "md", "html")))
    assert len(Cells((tmp_path / "table_1.html").read_text()).rows) == 1 + 11


def test_table_1_reads_the_folder_of_a_model(tmp_path):
    lines = [f"x,-,{size},{number}" for number, size in enumerate(PUBLISHED_SIZES[:10])]
    (tmp_path / "layers.csv").write_text("\n".join(["layer,structure,output_size,parameters", *lines]))
    stand_ins = {"stand_ins": ["All clips are synthesized"], "study": "s"}
    table, layout = table_1(SimpleNamespace(model=tmp_path), stand_ins)
    assert set(table["agrees"]) == {"yes", ""}
    assert table["parameters"].tolist() == list(range(10))
    assert table["output_size"].tolist() == PUBLISHED_SIZES[:10]
    assert layout.warnings == ["All clips are synthesized: not comparable with the published values (study “s”)."]


SETS = {
    "baseline": ScoreSet("Baseline", ()),
    "net": ScoreSet("Net", (), note="Net is a sum."),
    "net_choice": ScoreSet("Net", ()),
    "net_density": ScoreSet("Net, density", (), control=True),
}


def test_columns_are_expanded_for_a_study():
    wanted = [of("baseline", "printed"), of("absent"), first_of("net_choice", "net", published="proposed"), others()]
    columns = expand(wanted, SETS)
    assert [column.key for column in columns] == ["baseline", "net_choice", "net_density"]
    assert [column.published for column in columns] == ["printed", "proposed", None]
    assert [column.control for column in columns] == [False, False, True]
    without = {name: one for name, one in SETS.items() if name != "net_choice"}
    assert [column.key for column in expand(wanted, without)] == ["baseline", "net", "net_density"]
    assert not any(column.published for column in expand(wanted, SETS, has_published=False))
    assert expand([of("net", label="Sum")], SETS)[0] == ScoreColumn("net", "net", "Sum", note="Net is a sum.")


def test_a_component_is_a_column_of_its_own():
    (column,) = expand([component("net", "section", "section_gmm", "Section")], SETS)
    assert column == ScoreColumn("section", "net", "Section", "section", "section_gmm")


def test_a_comparison_reads_each_score_set_once(index, decided, tmp_path):
    table = decided["adacos"].assign(section=decided["adacos"]["score"])
    write_table(table, tmp_path / "net.parquet", {})
    write_table(index, tmp_path / "index.parquet", {})
    columns = expand([component("net", "section", label="Section"), of("net", "ensemble")], SETS)
    inputs = SimpleNamespace(
        scores=[tmp_path / "net.parquet"],
        index=tmp_path / "index.parquet",
        published=ROOT / "resources/published/wilkinghoff2021_table4.csv",
    )
    params = {"columns": [asdict(column) for column in columns], "stand_ins": ["Made up"], "study": "s"}
    found, layout = table_4(inputs, params)
    assert found["section_auc"].tolist() == found["net_auc"].tolist()
    assert found["net_auc_published"].tolist()[:2] == [80.98, 69.30]
    assert "section_f1" not in found and "net_f1" in found
    assert layout.warnings and "Net is a sum." in layout.notes


def test_scoring_and_tables_load_no_deep_learning():
    code = (
        "import sys; sys.path.insert(0, 'scripts');"
        "import uads.tables.render, uads.detectors.adacos.score, uads.detectors.score_sets, uads.learning.clip_frames;"
        "print([name for name in ('keras', 'tensorflow') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
