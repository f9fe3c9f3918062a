"""Score sets: one score per clip, the common output of all detectors.

One row per test clip, also of unknown label, of every section that has training clips; the training clips' scores are
a table of their own::

    clip       identity, as in the clip table
    score      higher = more anomalous
    threshold  decision threshold, fitted on training clips
    decision   1 = anomalous
    ...        one column per named component of the score
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from uads.core.errors import UserError
from uads.core.files import read_table, versions, write_table

FIXED = {"clip": "str", "score": "float64", "threshold": "float64", "decision": "int8"}


def score_rows(
    clips: pd.DataFrame,
    score: NDArray[np.float64],
    threshold: NDArray[np.float64],
    components: Mapping[str, NDArray[np.float64]] | None = None,
    decided_on: NDArray[np.float64] | None = None,
) -> pd.DataFrame:
    """Build the score set of training and test clips, sorted by clip.

    Parameters
    ----------
    clips : DataFrame [n]
        Rows of the clip table.
    score, threshold : array [n]
    components : mapping of name to array [n], optional
        Named parts of the score; NaN where a component does not apply.
    decided_on : array [n], optional
        Values compared with the threshold; the score by default.

    Raises
    ------
    UserError
        If a clip has no finite score.
    """
    decided_on = score if decided_on is None else decided_on
    table = pd.DataFrame(
        {
            "clip": clips["clip"].to_numpy(),
            "score": score,
            "threshold": threshold,
            "decision": decided_on > threshold,
            **(components or {}),
        }
    )
    table = table.sort_values("clip", ignore_index=True).astype(FIXED)
    broken = table["clip"][~np.isfinite(table["score"])]
    if len(broken):
        raise UserError(f"{len(broken)} clips have no finite score, one is {broken.iloc[0]}: did training diverge?")
    return table


def rows_of_clips(clips: pd.DataFrame, names: pd.Series | pd.Index) -> pd.DataFrame:
    """Return the rows of the clip table of some clips, in their order."""
    return clips.set_index("clip").loc[names].reset_index()


def clips_of_split(table: pd.DataFrame, clips: pd.DataFrame, split: str) -> pd.DataFrame:
    """Return the rows of a score set whose clips belong to a split, train or test."""
    own = clips["clip"][clips["split"] == split]
    return table[table["clip"].isin(own)].reset_index(drop=True)


def training_part(clips: pd.DataFrame) -> pd.Series:
    """Return the part of the training clips of each clip's section; missing if the section has none."""
    keys = ["machine", "section"]
    trained = clips[clips["split"] == "train"].drop_duplicates(keys).set_index(keys)["part"]
    return pd.Series(trained.reindex(pd.MultiIndex.from_frame(clips[keys])).to_numpy(), index=clips.index)


def has_training(clips: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask [n] of the clips whose section has training clips; the others cannot be scored."""
    sections = pd.MultiIndex.from_frame(clips[["machine", "section"]])
    return sections.isin(sections[(clips["split"] == "train").to_numpy()])


def write_scores(
    table: pd.DataFrame,
    path: str | Path,
    *,
    detector: str,
    study: str,
    parameters: Mapping[str, Any],
    seed: int,
    stand_ins: list[str],
    packages: Sequence[str],
) -> None:
    """Write a score set as Parquet, with its provenance as metadata.

    ``stand_ins`` lists the stand-ins used (a synthesized corpus, weights), one sentence each; ``packages`` lists the
    packages whose versions are recorded.
    """
    write_table(
        table,
        path,
        {
            "detector": detector,
            "study": study,
            "parameters": dict(parameters),
            "seed": seed,
            "stand_ins": list(stand_ins),
            "versions": versions(*packages),
        },
    )


def read_scores(path: str | Path) -> pd.DataFrame:
    """Read a score set: the columns of :data:`FIXED`, then the detector's components."""
    return read_table(path)


def one_component(scores: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one component of a score set as a score set of its own, without decisions."""
    return scores[["clip"]].assign(score=scores[name])


def gamma_threshold(scores: NDArray[np.float64], quantile: float = 0.9) -> float:
    """Return a quantile of a gamma distribution fitted to training scores, as in the challenge's baselines.

    Parameters
    ----------
    scores : array [n]
        Scores of one model's training clips.
    quantile : float, default 0.9

    Returns
    -------
    float
        The empirical quantile if the fit fails, as it can with few scores.
    """
    try:
        with np.errstate(all="ignore"):
            fitted = float(stats.gamma.ppf(quantile, *stats.gamma.fit(scores)))
    except (ValueError, RuntimeError):  # scipy's FitError is a RuntimeError
        fitted = float("nan")
    is_likely = np.min(scores) < fitted < np.max(scores) + 10 * np.ptp(scores)
    return fitted if is_likely else float(np.quantile(scores, quantile))
