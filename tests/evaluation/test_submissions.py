"""Submission files: names and lines as read by the official evaluators, and the resulting scores."""

import csv
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hmean
from sklearn.metrics import roc_auc_score

from uads.core.errors import UserError
from uads.corpora.dcase.years import YEARS
from uads.evaluation.comparisons import compare_on_evaluation
from uads.evaluation.submissions import write_submission

MACHINES, SECTIONS, DOMAINS = ("ToyCar", "fan"), ("03", "04"), ("source", "target")
RNG = np.random.default_rng(8)


@pytest.fixture
def index():
    rows = [
        (f"plant/eval/{machine}/{domain}_test/section_{section}_{domain}_test_{number:04d}.wav", *key, "test", label)
        for key in product(MACHINES, SECTIONS, DOMAINS)
        for machine, section, domain in [key]
        for number, label in enumerate(RNG.permutation(["normal", "anomaly"] * 15))
    ]
    rows.append(("plant/eval/fan/train/a.wav", "fan", "03", "source", "train", "normal"))
    table = pd.DataFrame(rows, columns=["clip", "machine", "section", "domain", "split", "label"])
    return table.assign(part="evaluation").sample(frac=1, random_state=0, ignore_index=True)


@pytest.fixture
def scores(index):
    clips = index["clip"][index["split"] == "test"]
    score = RNG.normal(size=len(clips)) * 1e3 + (index["label"][clips.index] == "anomaly") * 900
    decision = (score > 500).astype("int8")
    return pd.DataFrame({"clip": clips, "score": score, "threshold": 500.0, "decision": decision, "section": -score})


def as_the_evaluator_reads(path):
    with open(path) as file:
        return [float(row[1]) for row in sorted(csv.reader(file))]


def test_each_test_clip_is_listed_once_and_sorted(index, scores, tmp_path):
    write_submission(index, scores, YEARS["dcase2021"].submission, tmp_path / "team")
    names = {path.name for path in (tmp_path / "team").iterdir()}
    assert names == {
        f"{content}_{machine}_section_{section}_{domain}_test.csv"
        for content in ("anomaly_score", "decision_result")
        for machine, section, domain in product(MACHINES, SECTIONS, DOMAINS)
    }
    for content in ("anomaly_score", "decision_result"):
        lines = (tmp_path / f"team/{content}_fan_section_04_target_test.csv").read_text().splitlines()
        assert [line.split(",")[0] for line in lines] == [f"section_04_target_test_{i:04d}.wav" for i in range(30)]
    assert {line.split(",")[1] for line in lines} == {"0", "1"}


def test_the_official_score_of_the_files_is_the_tables(index, scores, tmp_path):
    write_submission(index, scores, YEARS["dcase2021"].submission, tmp_path / "team")
    labels = index.assign(file=index["clip"].str.rsplit("/", n=1).str[-1]).sort_values("file")
    performance, decisions = [], []
    for machine, domain, section in product(MACHINES, DOMAINS, SECTIONS):
        own = labels.query("machine == @machine and section == @section and domain == @domain and split == 'test'")
        truth = (own["label"] == "anomaly").to_numpy(int)
        found = as_the_evaluator_reads(tmp_path / f"team/anomaly_score_{machine}_section_{section}_{domain}_test.csv")
        performance += [roc_auc_score(truth, found), roc_auc_score(truth, found, max_fpr=0.1)]
        said = as_the_evaluator_reads(tmp_path / f"team/decision_result_{machine}_section_{section}_{domain}_test.csv")
        decisions.append(np.sum(truth * said) / np.sum(said))
    published = pd.DataFrame(columns=["machine", "domain"])
    table = compare_on_evaluation(index, {"own": scores}, published, {}).set_index(["machine", "domain"])
    assert abs(table.loc[("all", "both"), "own_auc"] / 100 - hmean(performance)) < 1e-12
    assert table.loc[("ToyCar", "source"), "own_precision"] / 100 == pytest.approx(hmean(decisions[:2]), abs=1e-12)


@pytest.mark.parametrize(
    ("layout", "name"),
    [
        ("dcase2020", "anomaly_score_fan_id_03.csv"),
        ("dcase2022", "anomaly_score_fan_section_03_test.csv"),
        ("dcase2023", "decision_result_fan_section_03_test.csv"),
    ],
)
def test_other_years_have_one_file_per_section(index, scores, tmp_path, layout, name):
    write_submission(index, scores, YEARS[layout].submission, tmp_path / "team")
    assert len((tmp_path / "team" / name).read_text().splitlines()) == 60


def test_a_clip_without_a_score_is_named(index, scores, tmp_path):
    with pytest.raises(UserError, match="1 of 240 test clips have no score, one is plant/eval/"):
        write_submission(index, scores.iloc[1:], YEARS["dcase2021"].submission, tmp_path / "team")
    assert not list(tmp_path.iterdir())
