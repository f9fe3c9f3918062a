"""Detectors' metrics beside the published ones: the data of Tables 2 to 5 of Wilkinghoff (2021).

Pure functions of score sets, the clip table and the published values. All values are in percent at full
precision. Precision, recall and F1 are computed for score sets with decisions.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from uads.core.errors import UserError
from uads.evaluation.metrics import auc, decision_metrics, harmonic_mean, official_score, pauc

SPLIT_KEYS = ["machine", "section", "domain"]
DOMAIN_KEYS = ["machine", "domain"]
METRICS: dict[str, Callable[..., float]] = {"auc": auc, "pauc": pauc}
DECISIONS = ("precision", "recall", "f1")
MEAN = "hmean"
OFFICIAL = "official score of DCASE 2021"

#: Detector to its score set: ``clip``, ``score`` (NaN where it is undefined) and optionally ``decision``.
Scores = Mapping[str, pd.DataFrame]


def labelled_test_clips(index: pd.DataFrame, part: str) -> pd.DataFrame:
    """Return the test clips of a part whose label is known.

    Raises
    ------
    UserError
        If there are none.
    """
    clips = index[(index["split"] == "test") & (index["part"] == part) & (index["label"] != "unknown")]
    if not len(clips):
        raise UserError(f"no test clip of the {part} part has a label: an AUC needs normal and anomalous clips")
    return clips


def measure_splits(index: pd.DataFrame, scores: Scores, part: str) -> pd.DataFrame:
    """Compute all metrics of each machine, domain and section.

    Parameters
    ----------
    index : DataFrame
        The clip table.
    scores : mapping of detector to DataFrame
    part : {"development", "evaluation"}

    Returns
    -------
    DataFrame
        machine, domain, section, normal, anomalous (clips), ``<detector>_<metric>`` for AUC and pAUC and, where
        there are decisions, precision, recall and F1; reason (why cells are blank).
    """
    return pd.DataFrame(
        [
            _measure(dict(zip(["machine", "domain", "section"], map(str, key), strict=True)), clips, scores)
            for key, clips in labelled_test_clips(index, part).groupby(["machine", "domain", "section"])
        ]
    )


def _measure(key: dict[str, str], clips: pd.DataFrame, scores: Scores) -> dict[str, Any]:
    anomalous = clips["label"] == "anomaly"
    row: dict[str, Any] = {**key, "normal": int((~anomalous).sum()), "anomalous": int(anomalous.sum())}
    reasons = [f"no {name} test clips" for name in ("normal", "anomalous") if not row[name]]
    for name, table in scores.items():
        own = table.set_index("clip").reindex(clips["clip"])
        n_missing = int((~clips["clip"].isin(table["clip"])).sum())
        if n_missing:
            reasons.append(f"{name}: {n_missing} of {len(clips)} clips have no score")
        is_blank = bool(own["score"].isna().any())
        for metric, compute in METRICS.items():
            row[f"{name}_{metric}"] = np.nan if is_blank else 100 * compute(anomalous, own["score"])
        if "decision" in table:
            found = dict.fromkeys(DECISIONS, np.nan) if is_blank else decision_metrics(anomalous, own["decision"])
            row |= {f"{name}_{metric}": 100 * value for metric, value in found.items()}
    return {**row, "reason": "; ".join(reasons)}


def compare_on_splits(
    index: pd.DataFrame, scores: Scores, published: pd.DataFrame, prefixes: Mapping[str, str | None]
) -> pd.DataFrame:
    """Compare metrics per machine, section and domain of the development part (Table 2).

    Parameters
    ----------
    index : DataFrame
        The clip table.
    scores : mapping of detector to DataFrame
    published : DataFrame
        machine, section (or "hmean"), domain (or "both"), ``<prefix>_auc``, ``<prefix>_pauc`` in percent.
    prefixes : mapping of detector to str or None
        Prefix of the detector's columns in ``published``, if it has any.

    Returns
    -------
    DataFrame
        machine, section, domain, normal, anomalous (clips), then for each detector ``<name>_<metric>``,
        ``_published``, ``_difference``, its precision, recall and F1, then rows (the number of rows in a harmonic
        mean, NaN elsewhere) and reason (why a cell is blank). Each machine's rows are followed by their harmonic
        means; the last row is over all machines. Order: machine, domain, section, as in the paper.
    """
    measured = measure_splits(index, scores, "development")
    parts: list[pd.DataFrame] = []
    for machine, group in measured.groupby("machine"):
        mean = _mean_row({"machine": str(machine), "section": MEAN, "domain": "both"}, group, scores)
        parts += [group, pd.DataFrame([mean])]
    parts.append(pd.DataFrame([_mean_row({"machine": "all", "section": MEAN, "domain": "both"}, measured, scores)]))
    return _beside_published(pd.concat(parts, ignore_index=True), published, scores, prefixes, SPLIT_KEYS)


def compare_on_domains(
    index: pd.DataFrame,
    scores: Scores,
    published: pd.DataFrame,
    prefixes: Mapping[str, str | None],
    part: str = "development",
) -> pd.DataFrame:
    """Compare harmonic means over the sections of each machine and domain (Tables 3 and 4).

    Parameters
    ----------
    index, scores, prefixes
        As for :func:`compare_on_splits`.
    published : DataFrame
        machine (or "all"), domain, ``<prefix>_auc``, ``<prefix>_pauc`` in percent.
    part : {"development", "evaluation"}

    Returns
    -------
    DataFrame
        As for :func:`compare_on_splits`, without section. The last rows are over all machines, one per domain.
    """
    return _beside_published(measure_domains(index, scores, part), published, scores, prefixes, DOMAIN_KEYS)


def measure_domains(index: pd.DataFrame, scores: Scores, part: str) -> pd.DataFrame:
    """Compute harmonic means over the sections of each machine and domain, then of all machines per domain."""
    return pd.DataFrame(_domain_rows(measure_splits(index, scores, part), scores))


def compare_on_evaluation(
    index: pd.DataFrame, scores: Scores, published: pd.DataFrame, prefixes: Mapping[str, str | None]
) -> pd.DataFrame:
    """Compare harmonic means and official scores on the evaluation part (Table 5).

    Parameters and columns are those of :func:`compare_on_domains`. The AUC columns of the last row (``all``, ``both``)
    hold, as in the paper, the harmonic mean of all AUCs and pAUCs over machines, sections and domains: the official
    score of the challenge in 2021. (The official scores of 2022 and 2023 compare the anomalies of both domains with
    each domain's normal clips, and have one pAUC per section.)
    """
    measured = measure_splits(index, scores, "evaluation")
    mean = _mean_row({"machine": "all", "domain": "both"}, measured, scores)
    official: dict[str, Any] = {name: mean[name] for name in (*DOMAIN_KEYS, "normal", "anomalous", "rows")}
    for name in scores:
        official[f"{name}_auc"] = official_score(measured[f"{name}_auc"], measured[f"{name}_pauc"])
        official |= {f"{name}_{metric}": np.nan for metric in ("pauc", *DECISIONS)}
    official["reason"] = "; ".join(filter(None, [OFFICIAL, mean["reason"]]))
    rows = [*_domain_rows(measured, scores), official]
    return _beside_published(pd.DataFrame(rows), published, scores, prefixes, DOMAIN_KEYS)


def _domain_rows(measured: pd.DataFrame, scores: Scores) -> list[dict[str, Any]]:
    rows = [
        _mean_row(dict(zip(DOMAIN_KEYS, map(str, key), strict=True)), group, scores)
        for key, group in measured.groupby(DOMAIN_KEYS)
    ]
    over_all = [
        _mean_row({"machine": "all", "domain": str(domain)}, group, scores)
        for domain, group in measured.groupby("domain")
    ]
    return [*rows, *over_all]


def _mean_row(key: dict[str, str], rows: pd.DataFrame, scores: Scores) -> dict[str, Any]:
    """Compute harmonic means over rows, ignoring blank cells."""
    n_whole = int((rows["reason"] == "").sum())
    found = {name: int(rows[f"{name}_auc"].notna().sum()) for name in scores}
    reasons = [f"over {n_whole} of {len(rows)} rows"] if n_whole < len(rows) else []
    reasons += [f"{name}: over {n} of {len(rows)} rows" for name, n in found.items() if 0 < n < n_whole]
    row: dict[str, Any] = {**key, **{count: int(rows[count].sum()) for count in ("normal", "anomalous")}}
    row |= {value: harmonic_mean(rows[value]) for value in _values(rows, scores)}
    return {**row, "rows": n_whole, "reason": "; ".join(reasons)}


def _values(table: pd.DataFrame, scores: Iterable[str]) -> list[str]:
    values = [f"{name}_{metric}" for name in scores for metric in (*METRICS, *DECISIONS)]
    return [value for value in values if value in table]


def _beside_published(
    table: pd.DataFrame,
    published: pd.DataFrame,
    scores: Scores,
    prefixes: Mapping[str, str | None],
    keys: Sequence[str],
) -> pd.DataFrame:
    places = pd.MultiIndex.from_frame(table[list(keys)])
    printed = published.set_index(list(keys))
    columns = {name: table[name] for name in [*keys, "normal", "anomalous"]}
    for name in scores:
        prefix = prefixes.get(name)
        for metric in METRICS:
            own = table[f"{name}_{metric}"]
            column = f"{prefix}_{metric}"
            known = printed[column].reindex(places).to_numpy() if column in printed else np.full(len(table), np.nan)
            columns[f"{name}_{metric}"] = own
            columns[f"{name}_{metric}_published"] = pd.Series(known, dtype=float)
            columns[f"{name}_{metric}_difference"] = own - known
        columns |= {value: table[value] for value in _values(table, [name]) if value not in columns}
    return pd.DataFrame({**columns, "rows": table["rows"], "reason": table["reason"]})
