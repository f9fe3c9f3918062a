"""The metrics, compared with values computed by hand, scikit-learn and SciPy."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score, precision_score, recall_score, roc_auc_score

from uads.evaluation.metrics import auc, decision_metrics, harmonic_mean, official_score, pauc

ANOMALOUS = np.array([0, 0, 0, 0, 1, 1, 1])
SCORES = np.array([0.1, 0.4, 0.35, 0.8, 0.3, 0.9, 0.7])


def test_auc_counts_ordered_pairs():
    pairs = [s > n for s in SCORES[ANOMALOUS == 1] for n in SCORES[ANOMALOUS == 0]]
    assert auc(ANOMALOUS, SCORES) == pytest.approx(np.mean(pairs))


def test_pauc_is_the_standardised_partial_area():
    normal, anomalous = np.sort(SCORES[ANOMALOUS == 0])[::-1], SCORES[ANOMALOUS == 1]
    area = 0.1 * np.mean(anomalous > normal[0])  # with 4 normal clips, 10 % are less than the first step of the FPR
    lowest = 0.5 * 0.1**2
    assert pauc(ANOMALOUS, SCORES) == pytest.approx(0.5 * (1 + (area - lowest) / (0.1 - lowest)))
    assert pauc(ANOMALOUS, SCORES) == roc_auc_score(ANOMALOUS, SCORES, max_fpr=0.1)


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1], []])
def test_one_class_gives_nan(labels):
    assert np.isnan(auc(labels, np.arange(len(labels))))
    assert np.isnan(pauc(labels, np.arange(len(labels))))


def test_harmonic_mean_leaves_out_nan():
    assert harmonic_mean([50, np.nan, 100]) == pytest.approx(stats.hmean([50, 100]))
    assert harmonic_mean([50, 0]) == 0
    assert np.isnan(harmonic_mean([np.nan]))
    assert np.isnan(harmonic_mean([]))


def test_official_score_is_over_aucs_and_paucs():
    assert official_score([0.5, 0.8], [0.6, 0.7]) == pytest.approx(stats.hmean([0.5, 0.8, 0.6, 0.7]))


def test_decision_metrics():
    decisions = np.array([0, 1, 0, 1, 0, 1, 1])
    found = decision_metrics(ANOMALOUS, decisions)
    assert found["precision"] == precision_score(ANOMALOUS, decisions)
    assert found["recall"] == recall_score(ANOMALOUS, decisions)
    assert found["f1"] == f1_score(ANOMALOUS, decisions)


def test_decision_metrics_without_a_class():
    assert decision_metrics([0, 1], [0, 0]) == {"precision": 0, "recall": 0, "f1": 0}
    assert all(np.isnan(value) for value in decision_metrics([0, 0], [0, 1]).values())
