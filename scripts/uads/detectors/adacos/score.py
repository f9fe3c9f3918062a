"""Scores of sub-cluster AdaCos: negative log-likelihoods of the embeddings, summed over the ensemble.

Components of a score, each a negative log-likelihood of its own (Wilkinghoff 2021, Eqs. 2 to 4):

``section``    under the mixture of the section's source clips
``attribute``  under the best of the mixtures of the section's attributes (source clips only)
``target``     under the mixture of the section's target clips (target clips only)
``maximum``    of the temporal maximum, under the best attribute's Gaussian (source clips of chosen machines)
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from uads.detectors.adacos.classes import class_numbers
from uads.detectors.adacos.store import Embeddings, read_embeddings
from uads.detectors.backends import best_log_likelihood, fit_mixture, normalise_length
from uads.detectors.scores import has_training, score_table
from uads.errors import UserError
from uads.seeds import derive_seed

log = logging.getLogger(__name__)

COMPONENTS = ("section", "attribute", "target", "maximum")


def score_members(
    embeddings: Sequence[str | Path], settings: Mapping[str, Any], seed: int, threads: int = 1
) -> pd.DataFrame:
    """Score all test clips by the sum over all members and checkpoints.

    Parameters
    ----------
    embeddings : sequence of path
        One file for each member, all of the same clips.
    settings : mapping
        See :func:`score_clips`; quantile (of the training scores: the threshold, 0.9 as published).
    seed : int
    threads : int, default 1
        How many models (member and checkpoint) are scored at a time.

    Returns
    -------
    DataFrame
        The score table with the columns of :data:`COMPONENTS`.
    """
    clips, models = pd.DataFrame(), []
    for path in embeddings:
        member = read_embeddings(path)
        if models and not member.clips["clip"].equals(clips["clip"]):
            raise UserError(f"{path} holds other clips than {embeddings[0]}: delete both and run again")
        clips = member.clips
        models += [(path, epoch) for epoch in member.embeddings]
    scored = Parallel(n_jobs=threads)(
        delayed(_score_model)(path, epoch, settings, derive_seed(seed, number))
        for number, (path, epoch) in enumerate(models)
    )
    log.info("%d clips scored by %d models", len(clips), len(models))
    total = {name: np.sum([one[name] for one in scored], axis=0) for name in COMPONENTS}
    score = np.nansum([total[name] for name in COMPONENTS], axis=0)
    scored = has_training(clips)
    decided_on, threshold = decide(clips[scored], score[scored], total["section"][scored], settings["quantile"])
    components = {name: values[scored] for name, values in total.items()}
    return score_table(clips[scored], score[scored], threshold, components, decided_on)


def _score_model(
    path: str | Path, epoch: int, settings: Mapping[str, Any], seed: int
) -> dict[str, NDArray[np.float64]]:
    with threadpool_limits(1):  # the matrices are small: more threads make it ten times slower
        return score_clips(read_embeddings(path), epoch, settings, seed)


def score_clips(
    member: Embeddings, epoch: int, settings: Mapping[str, Any], seed: int
) -> dict[str, NDArray[np.float64]]:
    """Score all clips, training clips too, by one member at one checkpoint.

    Parameters
    ----------
    member : Embeddings
    epoch : int
        The checkpoint.
    settings : mapping
        reg_covar; weighted (likelihoods with mixture weights, as in the paper); target_components (at most);
        maximum_machines (those whose source clips get the ``maximum`` component).
    seed : int
        Of k-means, where no centres were learned.

    Returns
    -------
    dict of array [n]
        The components; NaN where one does not apply, or a section has no training clips.

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

    def surprise(samples: NDArray, fit_on: NDArray, count: int, means: NDArray | None = None) -> NDArray[np.float64]:
        mixture = fit_mixture(fit_on, count, means, **options)
        return -best_log_likelihood(samples, mixture, settings["weighted"])

    scores = {name: np.full(len(clips), np.nan) for name in COMPONENTS}
    section_of = class_numbers(clips, member.classes, "section")
    for section in np.unique(section_of[has_training(clips)]):
        own = section_of == section
        source = np.flatnonzero(own & ~is_target)
        target = np.flatnonzero(own & is_target)
        normal = np.flatnonzero(own & is_train & ~is_target)
        shifted = np.flatnonzero(own & is_train & is_target)
        reference = normal if len(normal) else shifted
        scores["section"][own] = surprise(vectors[own], vectors[reference], n_components, centres[section])
        if len(shifted) and len(target):
            count = min(len(shifted), settings["target_components"])
            scores["target"][target] = surprise(vectors[target], vectors[shifted], count)
        groups = [normal[attributes[normal] == value] for value in np.unique(attributes[normal]) if value]
        if groups and len(source):
            scores["attribute"][source] = np.min(
                [surprise(vectors[source], vectors[group], n_components) for group in groups], axis=0
            )
        if len(normal) and clips["machine"][own].iloc[0] in settings["maximum_machines"]:
            scores["maximum"][source] = np.min(
                [surprise(maxima[source], maxima[group], 1) for group in groups or [normal]], axis=0
            )
    return scores


def decide(
    clips: pd.DataFrame, score: NDArray[np.float64], section_score: NDArray[np.float64], quantile: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Say what decisions rest on and where their thresholds lie (Wilkinghoff 2021, section 2.6).

    The threshold is a quantile of the training scores of a section and domain. In the target domain only the
    section's term counts, for clips and threshold alike, since the mixture of the target clips has its means
    on the very clips that the threshold would be fitted on.

    Parameters
    ----------
    clips : DataFrame [n]
    score, section_score : array [n]
        The whole score and its ``section`` component.
    quantile : float

    Returns
    -------
    decided_on : array [n]
        What is compared with the threshold.
    threshold : array [n]
        A domain without training clips takes the section's threshold from the other domain, on the section's
        term.
    """
    is_train = (clips["split"] == "train").to_numpy()
    is_target = (clips["domain"] == "target").to_numpy()
    decided_on = np.where(is_target, section_score, score)
    threshold = np.full(len(clips), np.nan)
    sections = clips.groupby(["machine", "section"]).ngroup().to_numpy()
    for section in np.unique(sections):
        own = np.flatnonzero(sections == section)
        for rows in (own[~is_target[own]], own[is_target[own]]):
            fitted_on = rows[is_train[rows]]
            if not len(fitted_on):
                decided_on[rows] = section_score[rows]
                fitted_on = own[is_train[own]]
                threshold[rows] = np.quantile(section_score[fitted_on], quantile)
            else:
                threshold[rows] = np.quantile(decided_on[fitted_on], quantile)
    return decided_on, threshold
