"""Score sets with one component, whose thresholds are quantiles of gamma distributions of the training scores."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from uads.detectors.job import Member
from uads.detectors.score_sets import gamma_threshold, rows_of_clips, score_rows, training_part


def combine_parts(
    clips: pd.DataFrame, scored: Sequence[tuple[Member, pd.DataFrame]], how: str, decision: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the score set of a detector with a model per machine and part, with one threshold for each model.

    Parameters
    ----------
    clips : DataFrame
        The clip table.
    scored : sequence of (Member, DataFrame)
        Tables with the columns clip and one component; members have different clips.
    how : str
        Without effect: there is one way.
    decision : mapping
        quantile of the gamma distribution.
    """
    table, rows = concatenate(clips, scored)
    return with_thresholds(table, rows, training_part(rows), decision["quantile"])


def combine_sections(
    clips: pd.DataFrame, scored: Sequence[tuple[Member, pd.DataFrame]], how: str, decision: Mapping[str, Any]
) -> pd.DataFrame:
    """Build the score set of a detector whose score refers to one section, with one threshold for each section."""
    table, rows = concatenate(clips, scored)
    section = rows["section"].where(training_part(rows).notna())
    return with_thresholds(table, rows, section, decision["quantile"])


def concatenate(
    clips: pd.DataFrame, scored: Sequence[tuple[Member, pd.DataFrame]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the components of all members, sorted by clip, and the same clips' rows of the clip table."""
    table = pd.concat([own for _, own in scored]).sort_values("clip", ignore_index=True)
    return table, rows_of_clips(clips, table["clip"])


def with_thresholds(table: pd.DataFrame, rows: pd.DataFrame, fitted_on: pd.Series, quantile: float) -> pd.DataFrame:
    """Build a score set with one threshold per machine and value of ``fitted_on``; clips where it is missing go.

    Parameters
    ----------
    table : DataFrame [n]
        clip and one component.
    rows : DataFrame [n]
        Rows of the clip table.
    fitted_on : Series [n]
    quantile : float
    """
    (component,) = [name for name in table if name != "clip"]
    score = table[component].to_numpy(np.float64)
    threshold = np.full(len(rows), np.nan)
    groups: dict[Any, Any] = dict(rows.groupby([rows["machine"], fitted_on]).indices)
    for own in groups.values():
        is_training = (rows["split"].iloc[own] == "train").to_numpy()
        threshold[own] = gamma_threshold(score[own][is_training], quantile)
    kept = fitted_on.notna().to_numpy()
    return score_rows(rows[kept], score[kept], threshold[kept])
