"""Trustworthiness is scikit-learn's; recall in the plane counts preserved neighbours."""

import numpy as np
import pytest
from sklearn.manifold import trustworthiness as by_scikit_learn

from uads.manifold.quality import recall_in_plane, trustworthiness


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "correlation", "manhattan"])
@pytest.mark.parametrize(("n", "n_neighbors"), [(700, 15), (9, 4)])
def test_trustworthiness_is_that_of_scikit_learn(metric, n, n_neighbors):
    samples = np.random.default_rng(0).normal(size=(n, 6)).astype(np.float32)
    layout = samples[:, :2] + np.random.default_rng(1).normal(size=(n, 2)).astype(np.float32)
    found = trustworthiness(samples, layout, metric, n, np.random.default_rng(0))
    assert found == pytest.approx(by_scikit_learn(samples, layout, n_neighbors=n_neighbors, metric=metric), abs=1e-6)


def test_two_samples_have_no_trustworthiness():
    two = np.zeros((2, 2), np.float32)
    assert trustworthiness(two, two, "euclidean", 10, np.random.default_rng(0)) is None


def test_recall_in_the_plane_is_the_share_of_kept_neighbours():
    layout = np.array([[0, 0], [1, 0], [3, 0], [6, 0]], np.float32)
    graph = np.array([[0, 1, 2], [1, 0, 3], [2, 1, 0], [3, 0, 1]], np.int32)
    assert recall_in_plane(graph, layout, np.arange(4)) == (2 + 1 + 2 + 1) / 8
