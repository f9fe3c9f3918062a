"""Dependence of detectors' metrics on the study's seed and, in a synthesized plant, on the kind of fault."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from uads.evaluation.comparisons import DOMAIN_KEYS, METRICS, SPLIT_KEYS, Scores, measure_domains
from uads.evaluation.metrics import TITLES

#: Faults below this severity count as mild.
SEVERE = 0.625


def measure_spread(index: pd.DataFrame, scores_by_seed: Sequence[Scores], part: str) -> pd.DataFrame:
    """Compute the mean and standard deviation over seeds of the harmonic means of each machine and domain.

    Parameters
    ----------
    index : DataFrame
        The clip table, the same for all seeds.
    scores_by_seed : sequence of mapping of detector to DataFrame
        The score sets of each seed.
    part : {"development", "evaluation"}

    Returns
    -------
    DataFrame
        machine, domain, then for each detector and metric ``<detector>_<metric>_mean`` and ``_sd`` (sample standard
        deviation, NaN for one seed). The last rows are over all machines, one per domain.
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
    """Return one metric's means and standard deviations as a Markdown table, with a column per detector."""
    lines = [["machine", "domain", *(f"{name}, {TITLES[metric]}" for name in detectors)]]
    lines.append(["---", "---", *["---:"] * len(detectors)])
    for row in spread.to_dict("records"):
        cells = [_cell(row[f"{name}_{metric}_mean"], row[f"{name}_{metric}_sd"]) for name in detectors]
        lines.append([row["machine"], row["domain"], *cells])
    return _as_table(lines)


def measure_faults(index: pd.DataFrame, faults: pd.DataFrame, scores_by_seed: Sequence[Scores]) -> pd.DataFrame:
    """Compute the AUC of each kind of fault against the normal clips of its section and domain.

    Parameters
    ----------
    index : DataFrame
        The clip table, the same for all seeds.
    faults : DataFrame
        As returned by :func:`uads.corpora.plant.truth.list_faults`.
    scores_by_seed : sequence of mapping of detector to DataFrame
        The score sets of each seed.

    Returns
    -------
    DataFrame
        machine, fault, clips (with this fault), then for each detector the mean AUC in percent over these clips and
        the seeds. The last rows are over all machines: "mild" and "severe" faults, and "any".
    """
    tests = index[index["split"] == "test"].assign(name=lambda clips: clips["path"].str.rpartition("/")[2])
    tests = tests.merge(faults, how="left", on=[*SPLIT_KEYS, "name"])
    found = pd.concat([_find(tests, scores) for scores in scores_by_seed])
    severity = np.where(found["severity"] < SEVERE, "mild", "severe")
    parts = [found, found.assign(machine="all", fault=severity), found.assign(machine="all", fault="any")]
    groups = [part.groupby(["machine", "fault"]) for part in parts]
    means = pd.concat([group[list(scores_by_seed[0])].mean() * 100 for group in groups])
    means.insert(0, "clips", pd.concat([group["clip"].nunique() for group in groups]))
    return means.reset_index()


def _find(tests: pd.DataFrame, scores: Scores) -> pd.DataFrame:
    """Compute for each anomalous clip the share of normal clips of its section and domain that score lower."""
    for name, table in scores.items():
        tests = tests.assign(**{name: table.set_index("clip")["score"].reindex(tests["clip"]).to_numpy()})
    return pd.concat([_find_within(clips, list(scores)) for _, clips in tests.groupby(SPLIT_KEYS)])


def _find_within(clips: pd.DataFrame, detectors: list[str]) -> pd.DataFrame:
    normal = clips.loc[clips["label"] == "normal", detectors].to_numpy()
    anomalous = clips[clips["label"] == "anomaly"]
    higher = anomalous[detectors].to_numpy()[:, None] - normal
    return anomalous.assign(**dict(zip(detectors, np.heaviside(higher, 0.5).mean(axis=1).T, strict=True)))


def faults_as_markdown(measured: pd.DataFrame, detectors: Sequence[str]) -> str:
    """Return the AUC of each kind of fault as a Markdown table, with a column per detector."""
    lines = [["machine", "fault", "clips", *detectors], ["---", "---", *["---:"] * (1 + len(detectors))]]
    for row in measured.to_dict("records"):
        lines.append([row["machine"], row["fault"], str(row["clips"]), *(f"{row[name]:.1f}" for name in detectors)])
    return _as_table(lines)


def _as_table(lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _cell(mean: float, sd: float) -> str:
    if np.isnan(mean):
        return ""
    return f"{mean:.1f}" if np.isnan(sd) else f"{mean:.1f} ± {sd:.1f}"
