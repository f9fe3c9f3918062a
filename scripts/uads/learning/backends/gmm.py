"""Gaussian mixtures with full covariances."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.mixture import GaussianMixture

REGULARISATION = 1e-3


@dataclass(frozen=True)
class Mixture:
    """A fitted mixture of k Gaussians in d dimensions.

    Attributes
    ----------
    weights : array [k]
    means : array [k, d]
    whiteners : array [k, d, d]
        Upper triangular; ``whitener @ whitener.T`` is the inverse of the component's covariance.
    """

    weights: NDArray[np.float64]
    means: NDArray[np.float64]
    whiteners: NDArray[np.float64]


def fit_mixture(
    samples: NDArray[np.floating],
    n_components: int,
    means: NDArray[np.floating] | None = None,
    reg_covar: float = REGULARISATION,
    seed: int = 0,
) -> Mixture:
    """Fit a Gaussian mixture with full covariances (scikit-learn's expectation maximisation).

    Parameters
    ----------
    samples : array [n, d]
    n_components : int
        Reduced to the number of samples if there are fewer; each sample is then the initial mean of one component.
    means : array [n_components, d], optional
        Initial means; from k-means by default.
    reg_covar : float, default 1e-3
        Added to the diagonal of the covariances.
    seed : int, default 0
        Seed of k-means.

    Returns
    -------
    Mixture
    """
    samples = np.asarray(samples, np.float64)
    if len(samples) <= n_components:
        n_components, means = len(samples), samples
    if len(samples) == 1:  # scikit-learn needs at least two
        samples = np.repeat(samples, 2, axis=0)
    mixture = GaussianMixture(
        n_components,
        covariance_type="full",
        reg_covar=reg_covar,
        means_init=None if means is None else np.asarray(means, np.float64),
        random_state=seed,
    ).fit(samples)
    return Mixture(mixture.weights_, mixture.means_, mixture.precisions_cholesky_)


def best_log_likelihood(samples: NDArray[np.floating], mixture: Mixture, weighted: bool = True) -> NDArray[np.float64]:
    """Compute the log-likelihood of each sample under its most likely component.

    Parameters
    ----------
    samples : array [n, d]
    mixture : Mixture
    weighted : bool, default True
        Whether to add the logarithm of the component's weight.

    Returns
    -------
    array [n]
        ``max_k log p(x | k)`` (Wilkinghoff 2021, Eqs. 2 to 4).
    """
    return log_likelihoods(samples, mixture, weighted).max(axis=1)


def log_likelihoods(samples: NDArray[np.floating], mixture: Mixture, weighted: bool = True) -> NDArray[np.float64]:
    """Compute the log-likelihood [n, k] of each sample [n, d] under each component, optionally plus its log-weight."""
    samples = np.asarray(samples, np.float64)
    columns = []
    for mean, whitener in zip(mixture.means, mixture.whiteners, strict=True):
        distance = np.sum(np.square((samples - mean) @ whitener), axis=1)
        log_determinant = np.sum(np.log(np.diag(whitener)))
        columns.append(log_determinant - 0.5 * (samples.shape[1] * np.log(2 * np.pi) + distance))
    likelihoods = np.stack(columns, axis=1)
    with np.errstate(divide="ignore"):
        return likelihoods + np.log(mixture.weights) if weighted else likelihoods
