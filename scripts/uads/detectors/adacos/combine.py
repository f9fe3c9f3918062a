"""Score tables of sub-cluster AdaCos: sums over the ensemble, and decisions.

Score sets that come of the networks of both loss variants (Wilkinghoff 2021, section 2.5 and Table 4):

``ensemble``  the sum over all networks
``choice``    for each machine the sum over the networks of one variant
``one_head``, ``two_heads``  the sum over the networks of that variant
``density``   the sum over all networks of another back end, see :mod:`uads.detectors.adacos.score`
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.detectors.adacos.score import COMPONENTS, DENSITY, KEYS
from uads.detectors.scores import has_training, score_table
from uads.errors import UserError
from uads.files import read_table


def combine_members(
    components: Mapping[str, Sequence[str | Path]], choice: Mapping[str, str], quantile: float
) -> dict[str, pd.DataFrame]:
    """Make the score tables of all score sets.

    Parameters
    ----------
    components : mapping of variant to sequence of path
        For each of its networks, the table of :func:`uads.detectors.adacos.score.score_member`.
    choice : mapping of machine to variant
        Machines without an entry take the sum over all networks.
    quantile : float
        Of the training scores: the threshold, 0.9 as published.

    Returns
    -------
    dict of DataFrame
        Score tables by score set, those of mixtures with the columns of :data:`COMPONENTS`; of a single variant
        ``ensemble`` alone, and ``density`` where it was computed.

    Raises
    ------
    UserError
        If the tables are of different clips.
    """
    totals = {variant: _sum_members(paths) for variant, paths in components.items()}
    clips = next(iter(totals.values()))[KEYS]
    if any(not total["clip"].equals(clips["clip"]) for total in totals.values()):
        raise UserError("the networks embedded different clips: delete results/<study>/detectors/adacos and run again")
    ensemble = _sum_tables(list(totals.values()))
    sets = {"ensemble": ensemble}
    if len(totals) > 1:
        sets |= {"choice": choose(ensemble, totals, choice), **totals}
    tables = {name: _score(total, quantile) for name, total in sets.items()}
    return tables | ({"density": _score_density(ensemble, quantile)} if ensemble[DENSITY].notna().any() else {})


def _sum_members(paths: Sequence[str | Path]) -> pd.DataFrame:
    tables = [read_table(path) for path in paths]
    for path, table in zip(paths, tables, strict=True):
        if not table["clip"].equals(tables[0]["clip"]):
            raise UserError(f"{path} holds other clips than {paths[0]}: delete both and run again")
    return _sum_tables(tables)


def _sum_tables(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    values = [*COMPONENTS, DENSITY]
    return tables[0][KEYS].join(pd.DataFrame(np.sum([table[values].to_numpy() for table in tables], 0), columns=values))


def choose(ensemble: pd.DataFrame, totals: Mapping[str, pd.DataFrame], choice: Mapping[str, str]) -> pd.DataFrame:
    """Take each machine's rows from the variant chosen for it, else from the ensemble."""
    chosen = ensemble["machine"].map(choice)
    return pd.concat([ensemble[chosen.isna()], *(total[chosen == name] for name, total in totals.items())]).sort_index()


def _score(total: pd.DataFrame, quantile: float) -> pd.DataFrame:
    total = total[has_training(total)]
    components = {name: total[name].to_numpy() for name in COMPONENTS}
    score = np.nansum(list(components.values()), axis=0)
    decided_on, threshold = decide(total, score, components["section"], quantile)
    return score_table(total, score, threshold, components, decided_on)


def _score_density(total: pd.DataFrame, quantile: float) -> pd.DataFrame:
    total = total[has_training(total)]
    score = total[DENSITY].to_numpy()
    decided_on, threshold = decide(total, score, score, quantile)
    return score_table(total, score, threshold, decided_on=decided_on)


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
