"""Metrics of the DCASE challenges and the papers, on plain arrays.

All values are fractions in 0 .. 1. A metric that cannot be computed because a class is missing is NaN, never an error.
"""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

MAX_FPR = 0.1
#: Column headings of the metrics.
TITLES = {"auc": "AUC", "pauc": "pAUC", "precision": "precision", "recall": "recall", "f1": "F1"}


def auc(anomalous: ArrayLike, scores: ArrayLike) -> float:
    """Compute the area under the ROC curve.

    Parameters
    ----------
    anomalous : array [n] of bool
        True for anomalous clips.
    scores : array [n]
        Higher = more anomalous.

    Returns
    -------
    float
        NaN if there are no normal or no anomalous clips.
    """
    return float(roc_auc_score(anomalous, scores)) if has_both_classes(anomalous) else float("nan")


def pauc(anomalous: ArrayLike, scores: ArrayLike, max_fpr: float = MAX_FPR) -> float:
    """Compute the partial AUC up to a false positive rate, standardised so that chance is 0.5.

    As in the challenge's evaluators: ``roc_auc_score(max_fpr=0.1)``, with McClish's correction.

    Parameters
    ----------
    anomalous, scores : array [n]
        As for :func:`auc`.
    max_fpr : float, default 0.1

    Returns
    -------
    float
        NaN if there are no normal or no anomalous clips.
    """
    return float(roc_auc_score(anomalous, scores, max_fpr=max_fpr)) if has_both_classes(anomalous) else float("nan")


def has_both_classes(anomalous: ArrayLike) -> bool:
    """Return True if there is at least one normal and one anomalous clip."""
    return len(np.unique(np.asarray(anomalous, bool))) == 2


def harmonic_mean(values: ArrayLike) -> float:
    """Compute the harmonic mean of the values that are not NaN; NaN if there are none, 0 if one of them is 0."""
    values = np.asarray(values, np.float64)
    values = values[~np.isnan(values)]
    if not len(values):
        return float("nan")
    return float(len(values) / np.sum(1 / values)) if np.all(values > 0) else 0.0


def official_score(aucs: ArrayLike, paucs: ArrayLike) -> float:
    """Compute the harmonic mean of all AUCs and pAUCs, which ranks the systems of the DCASE 2021 challenge."""
    return harmonic_mean(np.concatenate([np.ravel(aucs), np.ravel(paucs)]))


def decision_metrics(anomalous: ArrayLike, decisions: ArrayLike) -> dict[str, float]:
    """Compute precision, recall and F1 of decisions.

    Parameters
    ----------
    anomalous : array [n] of bool
    decisions : array [n]
        1 = anomalous, 0 = normal.

    Returns
    -------
    dict
        ``precision``, ``recall``, ``f1``; 0 if no clip is detected as anomalous, NaN without anomalous clips.
    """
    truth = np.asarray(anomalous, bool)
    if not truth.any():
        return dict.fromkeys(("precision", "recall", "f1"), float("nan"))
    precision, recall, f1, _ = precision_recall_fscore_support(
        truth, np.asarray(decisions, bool), average="binary", zero_division=0
    )
    return {"precision": float(precision), "recall": float(recall), "f1": float(f1)}
