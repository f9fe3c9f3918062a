"""Gaussian mixtures and normalised distances, compared with scikit-learn and plain loops."""

import numpy as np
import pytest
from scipy.spatial.distance import cosine
from sklearn.mixture import GaussianMixture

from tests.helpers import by_scipy
from uads.learning.backends.density import normalised_distances
from uads.learning.backends.gmm import best_log_likelihood, fit_mixture, log_likelihoods
from uads.learning.backends.lengths import normalise_length

D = 6


@pytest.fixture
def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize("weighted", [True, False])
def test_likelihoods_are_scipys(rng, weighted):
    samples, others = rng.normal(size=(40, D)), rng.normal(size=(7, D))
    means = samples[:3]
    reference = GaussianMixture(3, reg_covar=1e-3, means_init=means, random_state=5).fit(samples)
    mixture = fit_mixture(samples, 3, means, 1e-3, seed=5)
    expected = by_scipy(others, reference, weighted)
    np.testing.assert_allclose(log_likelihoods(others, mixture, weighted), expected)
    np.testing.assert_allclose(best_log_likelihood(others, mixture, weighted), expected.max(axis=1))


def test_three_target_clips_are_the_means(rng):
    samples = normalise_length(rng.normal(size=(3, D)))
    mixture = fit_mixture(samples, 3)
    np.testing.assert_allclose(mixture.means, samples, atol=1e-6)
    np.testing.assert_allclose(mixture.weights, 1 / 3)


@pytest.mark.parametrize("n", [1, 2])
def test_fewer_samples_than_components(rng, n):
    samples = rng.normal(size=(n, D))
    mixture = fit_mixture(samples, 4, rng.normal(size=(4, D)))
    assert len(mixture.means) == n
    assert np.isfinite(best_log_likelihood(samples, mixture)).all()


@pytest.mark.parametrize("neighbours", [1, 3])
def test_normalised_distances_are_a_naive_loops(rng, neighbours):
    reference = normalise_length(rng.normal(size=(9, D)))
    samples = np.concatenate([normalise_length(rng.normal(size=(4, D))), reference[2:5]])
    is_same = np.zeros((7, 9), bool)
    is_same[[4, 5, 6], [2, 3, 4]] = True

    expected = []
    for row, x in enumerate(samples):
        others = [y for y, same in zip(reference, is_same[row], strict=True) if not same]
        ratios = []
        for i, y in enumerate(others):
            around = sorted(cosine(y, z) for j, z in enumerate(others) if i != j)[:neighbours]
            ratios.append(cosine(x, y) / np.mean(around))
        expected.append(min(ratios))
    np.testing.assert_allclose(normalised_distances(samples, reference, neighbours, is_same), expected)


@pytest.mark.parametrize("n", [1, 2])
def test_distances_to_too_few_clips_are_not_normalised(rng, n):
    reference, samples = normalise_length(rng.normal(size=(n, D))), normalise_length(rng.normal(size=(3, D)))
    expected = [min(cosine(x, y) for y in reference) for x in samples]
    np.testing.assert_allclose(normalised_distances(samples, reference, 1), expected)
    of_themselves = normalised_distances(reference, reference, 1, np.eye(n, dtype=bool))
    np.testing.assert_allclose(of_themselves, 0 if n == 1 else cosine(*reference))


def test_equal_training_clips_give_finite_distances(rng):
    reference = np.repeat(normalise_length(rng.normal(size=(1, D))), 5, axis=0)
    samples = normalise_length(rng.normal(size=(2, D)))
    assert np.isfinite(normalised_distances(samples, reference, 1)).all()
