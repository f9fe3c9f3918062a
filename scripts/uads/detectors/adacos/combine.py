"""Score sets of sub-cluster AdaCos: sums over the ensemble, and decisions.

Ways to combine the networks of a score set (Wilkinghoff 2021, section 2.5 and Table 4):

``sum``      the sum over all networks
``choice``   for each machine the sum over the networks of one variant
``density``  the sum over all networks, with the other back end, see :mod:`uads.detectors.adacos.score`
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.detectors.adacos.score import COMPONENTS, DENSITY
from uads.detectors.job import Member
from uads.detectors.score_sets import has_training, rows_of_clips, score_rows


def combine(
    clips: pd.DataFrame, scored: Sequence[tuple[Member, pd.DataFrame]], how: str, decision: Mapping[str, Any]
) -> pd.DataFrame:
    """Build one score set.

    Parameters
    ----------
    clips : DataFrame
        The clip table.
    scored : sequence of (Member, DataFrame)
        Component tables of the networks, see :func:`uads.detectors.adacos.score.score`.
    how : {"sum", "choice", "density"}
    decision : mapping
        choice (variant by machine; machines without an entry use the sum over all networks) and quantile (of the
        training scores used as threshold, 0.9 as published).

    Returns
    -------
    DataFrame
        Score set of training and test clips; those of mixtures have the columns of :data:`COMPONENTS`.

    Raises
    ------
    UserError
        If the tables have different clips.
    """
    by_variant: dict[str, list[pd.DataFrame]] = {}
    first, *_ = scored
    for member, components in scored:
        table = components.set_index("clip")
        if not components["clip"].equals(first[1]["clip"]):
            raise UserError(
                f"{member.name} has components of other clips than {first[0].name}: delete both and run again"
            )
        by_variant.setdefault(member.overrides["variant"], []).append(table)
    totals = {variant: sum_tables(own) for variant, own in by_variant.items()}
    total = sum_tables(list(totals.values()))
    rows = rows_of_clips(clips, total.index)
    if how == "density":
        return _score_density(rows, total, decision["quantile"])
    if how == "choice":
        total = choose(rows["machine"].map(decision["choice"]), total, totals)
    return _score(rows, total, decision["quantile"])


def sum_tables(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Sum tables of the same clips cell by cell; NaN where a component does not apply."""
    return sum(tables[1:], start=tables[0])


def choose(chosen: pd.Series, ensemble: pd.DataFrame, totals: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return each clip's row from the variant chosen for it, or from the ensemble if none is chosen.

    Parameters
    ----------
    chosen : Series [n]
        The variant of each clip, NaN for none.
    ensemble, totals : DataFrame [n]
    """
    rows = ensemble.copy()
    for variant, total in totals.items():
        own = (chosen == variant).to_numpy()
        rows[own] = total[own]
    return rows


def _score(clips: pd.DataFrame, total: pd.DataFrame, quantile: float) -> pd.DataFrame:
    scored = has_training(clips)
    components = {name: total[name].to_numpy()[scored] for name in COMPONENTS}
    score = np.nansum(list(components.values()), axis=0)
    decided_on, threshold = decide(clips[scored], score, components["section"], quantile)
    return score_rows(clips[scored], score, threshold, components, decided_on)


def _score_density(clips: pd.DataFrame, total: pd.DataFrame, quantile: float) -> pd.DataFrame:
    scored = has_training(clips)
    score = total[DENSITY].to_numpy()[scored]
    decided_on, threshold = decide(clips[scored], score, score, quantile)
    return score_rows(clips[scored], score, threshold, decided_on=decided_on)


def decide(
    clips: pd.DataFrame, score: NDArray[np.float64], section_score: NDArray[np.float64], quantile: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the values that decisions compare, and their thresholds (Wilkinghoff 2021, section 2.6).

    The threshold is a quantile of the training scores of a section and domain. In the target domain only the section
    component is used, for clips and threshold alike, since the mixture of the target clips has its means on the clips
    that the threshold is fitted on.

    Parameters
    ----------
    clips : DataFrame [n]
    score, section_score : array [n]
        The score and its ``section`` component.
    quantile : float

    Returns
    -------
    decided_on : array [n]
        Values compared with the threshold.
    threshold : array [n]
        A domain without training clips uses the threshold of the other domain, on the section component.
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
