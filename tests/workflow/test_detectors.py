"""Detectors that a config adds: on another representation, and as variants of one kind."""

from collections import Counter

import pandas as pd
import pytest

from tests.helpers import TINY, WorkflowCopy, jobs_planned, merge, study_of
from uads.core.files import read_table
from uads.study.methods import stand_ins

#: Nearest neighbours of embeddings: every setting of the detector has a default.
ON_EMBEDDINGS = {
    "representations": {"l3": {"clips_per_split": None}},
    "detectors": {"x": {"kind": "knn", "representation": "l3"}},
}
VARIANTS = {
    f"dense_{rate}": {"extends": "autoencoder", "training": {"learning_rate": rate / 1000}} for rate in range(1, 10)
}
MORE = merge(ON_EMBEDDINGS, {"detectors": VARIANTS, "scores": ["autoencoder", "x", *VARIANTS]})


def planned(rule: str) -> Counter[str]:
    """Count the jobs of a rule by detector or score set."""
    jobs = [job.wildcards for job in jobs_planned(change=MORE) if job.rule == rule]
    return Counter(one.get("detector") or one.get("score_set") for one in jobs)


def test_a_detector_on_embeddings_is_planned_beside_the_umaps_of_them():
    rules = Counter(job.rule for job in jobs_planned(change=MORE))
    assert planned("score_member")["x"] == 7, "a job for each machine"
    assert planned("score_clips")["x"] == planned("write_submission")["x"] == 1
    assert planned("train_member")["x"] == 0
    assert rules["extract_l3"] == 7 * 3 + 2, "training, test and blind clips of each machine, external sound"


def test_stand_in_weights_are_named_wherever_the_detector_shows():
    study = study_of(change=merge(ON_EMBEDDINGS, {"scores": ["x"], "umaps": {"representations": ["mel"]}}))
    weights = study.representations.stand_ins("l3")[-1]
    assert weights in study.tables.params("wilkinghoff2021_table_2")["stand_ins"]
    assert weights in stand_ins(study)
    assert weights not in stand_ins(study_of(change={"umaps": {"representations": ["mel"]}}))


def test_nine_variants_of_one_kind_are_nine_trainings():
    assert planned("train_member") == dict.fromkeys(["autoencoder", *VARIANTS], 1)
    assert planned("score_clips") == dict.fromkeys(["autoencoder", "x", *VARIANTS], 1)


@pytest.mark.slow
def test_a_detector_on_embeddings_has_a_score_set_and_a_column_of_table_2(copy_workflow):
    plant, _ = TINY["corpora"]
    small = {"corpora": [plant | {"machines": ["fan"], "sections": ["00"]}], "scores": ["x"]}
    copy: WorkflowCopy = copy_workflow(merge(TINY, merge(ON_EMBEDDINGS, small)))
    done = copy.run("results/tiny/tables/wilkinghoff2021_table_2.csv")
    assert done.returncode == 0, done.stdout[-4000:]
    clips = read_table(copy.results() / "corpora/plant/clips.parquet")
    for path, split in (("scores/x.parquet", "test"), ("scores/training/x.parquet", "train")):
        scores = read_table(copy.results() / path)
        assert set(scores["clip"]) == set(clips["clip"][clips["split"] == split])
        assert scores["score"].notna().all()
    table = copy.results() / "tables/wilkinghoff2021_table_2.csv"
    assert pd.read_csv(table)[["x_auc", "x_pauc"]].notna().all(axis=None)
    shown = table.with_suffix(".md").read_text()
    assert "Nearest neighbours (x): AUC" in shown
    assert "random stand-in weights" in shown
