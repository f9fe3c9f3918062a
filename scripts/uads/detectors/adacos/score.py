"""Scores of one sub-cluster AdaCos network, from its embeddings by two back ends.

Components of the score, each a negative log-likelihood (Wilkinghoff 2021, Eqs. 2 to 4):

``section``    under the mixture of the section's source clips
``attribute``  under the best of the mixtures of the section's attributes (source clips only)
``target``     under the mixture of the section's target clips (target clips only)
``maximum``    of the temporal maximum, under the best attribute's Gaussian (source clips of chosen machines)

``density`` is not a component of that score but the score of the other back end: the distance to the training clips
of the section, normalised by their local density (:func:`uads.learning.backends.density.normalised_distances`).
"""

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from uads.core.seeds import derive_seed
from uads.detectors.adacos.classes import class_numbers
from uads.detectors.adacos.store import Embeddings, from_outputs
from uads.detectors.job import Job, Member
from uads.detectors.outputs import Outputs
from uads.detectors.score_sets import has_training
from uads.learning.backends.density import normalised_distances
from uads.learning.backends.gmm import best_log_likelihood, fit_mixture
from uads.learning.backends.lengths import normalise_length

log = logging.getLogger(__name__)

COMPONENTS = ("section", "attribute", "target", "maximum")
DENSITY = "density"


def score(outputs: Outputs, member: Member, settings: Mapping[str, Any], job: Job) -> pd.DataFrame:
    """Score all clips, including training clips, by the sum over one network's checkpoints.

    Parameters
    ----------
    outputs : Outputs
        See :mod:`uads.detectors.adacos.store`.
    member : Member
    settings : mapping
        See :func:`score_clips`.
    job : Job
        Its threads are the number of checkpoints scored in parallel.

    Returns
    -------
    DataFrame
        clip, then the columns of :data:`COMPONENTS` and :data:`DENSITY`.
    """
    embedded = from_outputs(outputs)
    seed = job.seed_of(member.name)
    scored = Parallel(n_jobs=job.threads)(
        delayed(_score_alone)(embedded, epoch, settings, derive_seed(seed, epoch)) for epoch in embedded.embeddings
    )
    log.info("%d clips scored at %d checkpoints", len(embedded.clips), len(scored))
    total = {name: np.sum([one[name] for one in scored], axis=0) for name in (*COMPONENTS, DENSITY)}
    return embedded.clips[["clip"]].assign(**total)


def _score_alone(
    member: Embeddings, epoch: int, settings: Mapping[str, Any], seed: int
) -> dict[str, NDArray[np.float64]]:
    with threadpool_limits(1):  # the matrices are small: more threads make it ten times slower
        return score_clips(member, epoch, settings, seed)


def score_clips(
    member: Embeddings, epoch: int, settings: Mapping[str, Any], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Score all clips, including training clips, with one member at one checkpoint.

    Parameters
    ----------
    member : Embeddings
    epoch : int
        The checkpoint.
    settings : mapping
        reg_covar; weighted (use mixture weights, as in the paper); target_components (maximum number);
        maximum_machines (machines whose source clips get the ``maximum`` component); density_neighbours (neighbours
        that measure the density around a training clip; None for no ``density``).
    seed : int
        Seed of k-means, which initialises mixtures without learned centres.

    Returns
    -------
    dict of array [n]
        The components and ``density``; NaN where one does not apply or a section has no training clips.
    """
    vectors = normalise_length(member.embeddings[epoch])
    centres = normalise_length(member.centres["section"][epoch])
    maxima = member.temporal_maximum
    clips = member.clips
    attributes = clips["attributes"].to_numpy(dtype=object)
    is_train = (clips["split"] == "train").to_numpy()
    is_target = (clips["domain"] == "target").to_numpy()
    n_components = centres.shape[1]
    options = {"reg_covar": settings["reg_covar"], "seed": seed}

    def neg_log_likelihood(samples: NDArray, fit_on: NDArray, count: int, means: NDArray | None = None) -> NDArray:
        mixture = fit_mixture(fit_on, count, means, **options)
        return -best_log_likelihood(samples, mixture, settings["weighted"])

    scores = {name: np.full(len(clips), np.nan) for name in (*COMPONENTS, DENSITY)}
    learned = _learned_centres(member, epoch)
    section_of = class_numbers(clips, member.classes, "section")
    for section in np.unique(section_of[has_training(clips)]):
        own = section_of == section
        source = np.flatnonzero(own & ~is_target)
        target = np.flatnonzero(own & is_target)
        normal = np.flatnonzero(own & is_train & ~is_target)
        shifted = np.flatnonzero(own & is_train & is_target)
        reference = normal if len(normal) else shifted
        scores["section"][own] = neg_log_likelihood(vectors[own], vectors[reference], n_components, centres[section])
        if len(shifted) and len(target):
            count = min(len(shifted), settings["target_components"])
            scores["target"][target] = neg_log_likelihood(vectors[target], vectors[shifted], count)
        groups = {value: normal[attributes[normal] == value] for value in np.unique(attributes[normal]) if value}
        if groups and len(source):
            machine = clips["machine"].iloc[source[0]]
            scores["attribute"][source] = np.min(
                [
                    neg_log_likelihood(vectors[source], vectors[group], n_components, learned.get((machine, value)))
                    for value, group in groups.items()
                ],
                axis=0,
            )
        if len(normal) and clips["machine"][own].iloc[0] in settings["maximum_machines"]:
            scores["maximum"][source] = np.min(
                [neg_log_likelihood(maxima[source], maxima[group], 1) for group in groups.values() or [normal]], axis=0
            )
        if settings["density_neighbours"]:
            rows, trained = np.flatnonzero(own), np.flatnonzero(own & is_train)
            scores[DENSITY][own] = normalised_distances(
                vectors[rows], vectors[trained], settings["density_neighbours"], rows[:, None] == trained
            )
    return scores


def _learned_centres(member: Embeddings, epoch: int) -> dict[tuple[str, ...], NDArray[np.float64]]:
    """Return the length-normalised centres [sub_clusters, d] of each class (machine, attributes), if learned."""
    if "attribute" not in member.classes:
        return {}
    centres = normalise_length(member.centres["attribute"][epoch])
    return {tuple(names): own for names, own in zip(member.classes["attribute"], centres, strict=True)}
