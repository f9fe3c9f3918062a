"""Score sets of sub-cluster AdaCos: sums over the ensemble, and decisions.

Score sets with networks of both loss variants (Wilkinghoff 2021, section 2.5 and Table 4):

``ensemble``  the sum over all networks
``choice``    for each machine the sum over the networks of one variant
``one_head``, ``two_heads``  the sum over the networks of that variant
``density``   the sum over all networks, with the other back end, see :mod:`uads.detectors.adacos.score`
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.files import read_table
from uads.detectors.adacos.score import COMPONENTS, DENSITY
from uads.detectors.score_sets import has_training, score_table


def combine_members(
    index: pd.DataFrame, components: Mapping[str, Sequence[str | Path]], choice: Mapping[str, str], quantile: float
) -> dict[str, pd.DataFrame]:
    """Build all score sets.

    Parameters
    ----------
    index : DataFrame
        The clip table.
    components : mapping of variant to sequence of path
        Component tables of the variant's networks, see :func:`uads.detectors.adacos.score.score_member`.
    choice : mapping of machine to variant
        Machines without an entry use the sum over all networks.
    quantile : float
        Quantile of the training scores used as threshold, 0.9 as published.

    Returns
    -------
    dict of DataFrame
        Score sets by name; those of mixtures have the columns of :data:`COMPONENTS`. A single variant has only
        ``ensemble``, and ``density`` if it was computed.

    Raises
    ------
    UserError
        If the tables have different clips.
    """
    paths = [path for own in components.values() for path in own]
    by_path = {path: read_table(path).set_index("clip") for path in paths}
    for path, table in by_path.items():
        if not table.index.equals(by_path[paths[0]].index):
            raise UserError(f"{path} holds other clips than {paths[0]}: delete both and run again")
    totals = {variant: sum_tables([by_path[path] for path in own]) for variant, own in components.items()}
    ensemble = sum_tables(list(totals.values()))
    clips = index.set_index("clip").loc[ensemble.index].reset_index()
    sets = {"ensemble": ensemble}
    if len(totals) > 1:
        sets |= {"choice": choose(clips["machine"].map(choice), ensemble, totals), **totals}
    tables = {name: _score(clips, total, quantile) for name, total in sets.items()}
    return tables | ({"density": _score_density(clips, ensemble, quantile)} if ensemble[DENSITY].notna().any() else {})


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
    return score_table(clips[scored], score, threshold, components, decided_on)


def _score_density(clips: pd.DataFrame, total: pd.DataFrame, quantile: float) -> pd.DataFrame:
    scored = has_training(clips)
    score = total[DENSITY].to_numpy()[scored]
    decided_on, threshold = decide(clips[scored], score, score, quantile)
    return score_table(clips[scored], score, threshold, decided_on=decided_on)


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
