"""Results of one study with several seeds become a mean and a standard deviation."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from document_seeds import describe_chance, describe_losses
from uads.evaluation.comparisons import measure_domains
from uads.evaluation.metrics import auc
from uads.evaluation.seed_statistics import as_markdown, faults_as_markdown, measure_faults, measure_spread


@pytest.fixture
def index() -> pd.DataFrame:
    """Return two sections of one machine with six test clips each, half of them anomalous."""
    rows = [
        (f"{section}/{i}.wav", section, "anomaly" if i % 2 else "normal") for section in ("00", "01") for i in range(6)
    ]
    clips = pd.DataFrame(rows, columns=["clip", "section", "label"])
    return clips.assign(machine="fan", domain="source", split="test", part="development")


@pytest.fixture
def scores(index) -> list[dict[str, pd.DataFrame]]:
    """Return random scores of one detector with three seeds."""
    rng = np.random.default_rng(0)
    return [{"adacos": index[["clip"]].assign(score=rng.random(len(index)))} for _ in range(3)]


def test_a_cell_is_mean_and_sample_deviation_over_seeds(index, scores):
    spread = measure_spread(index, scores, "development").set_index("machine")
    each = [measure_domains(index, own, "development").set_index("machine").loc["fan", "adacos_auc"] for own in scores]
    assert spread.loc["fan", "adacos_auc_mean"] == pytest.approx(np.mean(each))
    assert spread.loc["fan", "adacos_auc_sd"] == pytest.approx(np.std(each, ddof=1))
    assert spread.index.tolist() == ["fan", "all"]


def test_one_seed_has_no_spread(index, scores):
    spread = measure_spread(index, scores[:1], "development")
    assert spread["adacos_auc_sd"].isna().all()
    assert "±" not in as_markdown(spread, ["adacos"], "auc")


def test_the_table_has_a_row_for_each_machine_and_domain(index, scores):
    lines = as_markdown(measure_spread(index, scores, "development"), ["adacos"], "pauc").splitlines()
    assert lines[0] == "| machine | domain | adacos, pAUC |"
    assert lines[2].startswith("| fan | source | ")
    assert " ± " in lines[2]
    assert len(lines) == 4


@pytest.fixture
def faults(index) -> pd.DataFrame:
    """Return faults: the anomalous clips have mild leaks in one section and severe ones in the other."""
    anomalous = index[index["label"] == "anomaly"]
    mild = anomalous["section"] == "00"
    listed = anomalous[["machine", "section", "domain"]].assign(name=anomalous["clip"].str[3:], fault="leak")
    return listed.assign(severity=np.where(mild, 0.3, 0.9))


def test_fault_auc_uses_normal_clips_of_the_same_section(index, faults, scores):
    index = index.assign(path="folder/" + index["clip"])
    measured = measure_faults(index, faults, scores[:1]).set_index("fault")
    table = scores[0]["adacos"]
    expected = [
        100
        * auc(
            index.loc[index["section"] == section, "label"] == "anomaly",
            table.loc[index["section"] == section, "score"],
        )
        for section in ("00", "01")
    ]
    assert measured.loc[["mild", "severe"], "adacos"].tolist() == pytest.approx(expected)
    assert measured.loc["leak", "adacos"] == measured.loc["any", "adacos"] == pytest.approx(np.mean(expected))
    assert measured["clips"].to_dict() == {"leak": 6, "mild": 3, "severe": 3, "any": 6}


def test_faults_are_averaged_over_seeds(index, faults, scores):
    index = index.assign(path="folder/" + index["clip"])
    each = [measure_faults(index, faults, [own]).set_index("fault").loc["any", "adacos"] for own in scores]
    measured = measure_faults(index, faults, scores)
    assert measured.set_index("fault").loc["any", "adacos"] == pytest.approx(np.mean(each))
    assert f"| all | any | 6 | {np.mean(each):.1f} |" in faults_as_markdown(measured, ["adacos"])


def test_the_page_names_the_rows_that_a_baseline_wins():
    spread = pd.DataFrame(
        [
            {"machine": "fan", "domain": "source", "auc": (60, 50, 70)},
            {"machine": "pump", "domain": "target", "auc": (50, 62.5, 60)},
            {"machine": "all", "domain": "source", "auc": (90, 0, 0)},
        ]
    )
    for place, name in enumerate(("autoencoder", "mobilenetv2", "adacos")):
        spread[f"{name}_auc_mean"] = spread["auc"].str[place]
    told = describe_losses({"development": spread})
    assert told == (
        "The ensemble has the highest mean AUC in 1 of the 2 rows of a machine. In the others a baseline has a "
        "higher one: pump, target, development: mobilenetv2 by 2.5 points."
    )


def test_the_page_states_what_chance_gives_for_few_clips(index):
    orders = set(permutations([False, False, False, True, True, True]))
    exact = 100 * np.std([auc(labels, range(6)) for labels in orders])
    told = describe_chance(index)
    assert "3 normal and 3 anomalous" in told
    assert f"50 ± {exact:.0f} (standard deviation)" in told
    assert f"2 sections 50 ± {exact / 2**0.5:.0f}" in told
