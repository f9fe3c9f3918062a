"""How far detectors' figures of merit depend on the study's seed: the same study run with several."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from uads.comparisons import DOMAIN_KEYS, METRICS, Scores, measure_domains
from uads.tables import TITLES


def measure_spread(index: pd.DataFrame, scores_by_seed: Sequence[Scores], part: str) -> pd.DataFrame:
    """Give mean and standard deviation over seeds of each machine's and domain's harmonic means.

    Parameters
    ----------
    index : DataFrame
        The clip table, the same for all seeds.
    scores_by_seed : sequence of mapping of detector to DataFrame
        The score tables of each seed.
    part : {"development", "evaluation"}

    Returns
    -------
    DataFrame
        machine, domain, then for each detector and metric ``<detector>_<metric>_mean`` and ``_sd`` (of the sample,
        NaN for one seed). The last rows are over all machines, one for each domain.
    """
    tables = [measure_domains(index, scores, part).set_index(DOMAIN_KEYS) for scores in scores_by_seed]
    values = [f"{name}_{metric}" for name in scores_by_seed[0] for metric in METRICS]
    stacked = np.stack([table[values].to_numpy(float) for table in tables])
    sd = stacked.std(axis=0, ddof=1) if len(tables) > 1 else np.full_like(stacked[0], np.nan)
    columns = {}
    for place, value in enumerate(values):
        columns[f"{value}_mean"] = stacked[:, :, place].mean(axis=0)
        columns[f"{value}_sd"] = sd[:, place]
    return pd.DataFrame(columns, index=tables[0].index).reset_index()


def as_markdown(spread: pd.DataFrame, detectors: Sequence[str], metric: str) -> str:
    """Write one metric's means and standard deviations as a Markdown table, a column per detector."""
    lines = [["machine", "domain", *(f"{name}, {TITLES[metric]}" for name in detectors)]]
    lines.append(["---", "---", *["---:"] * len(detectors)])
    for row in spread.to_dict("records"):
        cells = [_cell(row[f"{name}_{metric}_mean"], row[f"{name}_{metric}_sd"]) for name in detectors]
        lines.append([row["machine"], row["domain"], *cells])
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(mean: float, sd: float) -> str:
    if np.isnan(mean):
        return ""
    return f"{mean:.1f}" if np.isnan(sd) else f"{mean:.1f} ± {sd:.1f}"
