"""Exact neighbours are those of double precision, ties by index, for any size of the blocks."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from uads.manifold.exact import rank, search_on_processor, true_neighbours


@pytest.fixture(scope="module")
def samples() -> np.ndarray:
    """Return 300 samples far from the origin, a third of them equal."""
    samples = np.random.default_rng(1).normal(40, 1, (300, 12)).astype(np.float32)
    samples[::3] = samples[0]
    return samples


def by_all_distances(samples: np.ndarray, n: int) -> np.ndarray:
    """Return the nearest of all samples by double precision, ties by index, each sample itself first."""
    distances = cdist(samples.astype(float), samples.astype(float))
    np.fill_diagonal(distances, -1)
    index = np.broadcast_to(np.arange(len(samples)), distances.shape)
    return np.lexsort((index, distances), axis=1)[:, :n]


@pytest.mark.parametrize("block", [2048, 64, 37])
def test_neighbours_of_all_samples_are_true_and_ties_go_by_index(samples, block, monkeypatch):
    monkeypatch.setattr("uads.manifold.exact.BLOCK", block)
    indices, distances = true_neighbours(samples, np.arange(300), 15, "euclidean")
    np.testing.assert_array_equal(indices, by_all_distances(samples, 15))
    np.testing.assert_array_equal(distances[:, 0], 0)
    expected = np.sort(cdist(samples.astype(float), samples.astype(float)), axis=1)[:, :15]
    np.testing.assert_allclose(distances, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("block", [2048, 37])
def test_neighbours_of_some_samples_are_those_of_the_whole_search(samples, block, monkeypatch):
    monkeypatch.setattr("uads.manifold.exact.BLOCK", block)
    rows = np.array([0, 5, 77, 299])
    some, all_ = (true_neighbours(samples, own, 9, "euclidean") for own in (rows, np.arange(300)))
    np.testing.assert_array_equal(some[0], all_[0][rows])
    np.testing.assert_array_equal(some[1], all_[1][rows])


def test_neighbours_are_ranked_in_double_precision():
    points = (100 + np.arange(64)[:, None] / 64).astype(np.float32)  # products round by as much as distances differ
    candidates = search_on_processor(points, np.arange(64), 3)
    assert candidates.shape == (64, 6)
    single = (points[20] - points[candidates[20]]).ravel() ** 2
    assert (np.diff(single) < 0).any(), "single precision has another order"
    indices, distances = rank(points, np.arange(64), candidates, 3)
    np.testing.assert_array_equal(indices[20], [20, 19, 21])
    np.testing.assert_array_equal(distances[20], [0, 1 / 64, 1 / 64])


def test_all_samples_are_neighbours_of_a_small_set(samples):
    indices, _ = true_neighbours(samples[1:6], np.arange(5), 5, "euclidean")
    assert [sorted(row) for row in indices.tolist()] == [[0, 1, 2, 3, 4]] * 5
