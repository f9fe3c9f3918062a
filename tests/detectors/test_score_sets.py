"""A score set has a finite score and a threshold for every clip."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from uads.core.errors import UserError
from uads.detectors.score_sets import gamma_threshold, score_rows


@pytest.fixture
def clips():
    return pd.DataFrame({"clip": ["d", "c", "b", "a"], "split": ["test", "train", "test", "test"]})


def test_gamma_threshold_is_the_quantile_of_the_fit():
    scores = stats.gamma.rvs(5, 2, 3, size=4000, random_state=0)
    assert gamma_threshold(scores) == pytest.approx(stats.gamma.ppf(0.9, 5, 2, 3), rel=0.05)
    assert gamma_threshold(scores) == stats.gamma.ppf(0.9, *stats.gamma.fit(scores))


@pytest.mark.parametrize("scores", [[3.0], [3.0, 3.0], [1.0, 2.0]])
def test_gamma_threshold_survives_a_handful_of_scores(scores):
    assert min(scores) <= gamma_threshold(np.array(scores)) < 10 * max(scores)


def test_a_score_set_is_sorted_by_clip(clips):
    score = np.arange(len(clips), dtype=float)
    table = score_rows(clips, score, np.full(len(clips), 2.5), {"section": -score})
    assert list(table) == ["clip", "score", "threshold", "decision", "section"]
    assert table["clip"].tolist() == sorted(clips["clip"])
    assert table["decision"].tolist() == (table["score"] > 2.5).astype(int).tolist()


def test_scores_that_are_not_finite_are_refused(clips):
    with pytest.raises(UserError, match="no finite score"):
        score_rows(clips, np.full(len(clips), np.nan), np.zeros(len(clips)))
