"""The comparison of score sets with published values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from uads.core.files import read_table
from uads.detectors.score_sets import one_component, read_scores
from uads.evaluation.comparisons import DECISIONS, MEAN, METRICS
from uads.evaluation.metrics import TITLES
from uads.tables.columns import ScoreColumn, shown_score_sets
from uads.tables.render import Column, Layout, describe_stand_ins


@dataclass(frozen=True)
class ComparisonText:
    """Texts of a table of :mod:`uads.evaluation.comparisons`.

    Attributes
    ----------
    title : str
    means : str
        A sentence that describes the harmonic means.
    notes : tuple of str
        Further sentences.
    """

    title: str
    means: str
    notes: tuple[str, ...] = ()


def build_comparison(
    text: ComparisonText, compare: Callable[..., pd.DataFrame], inputs: Any, params: Mapping[str, Any]
) -> tuple[pd.DataFrame, Layout]:
    """Build a table of score sets beside published values.

    Parameters
    ----------
    text : ComparisonText
    compare : callable
        A function of :mod:`uads.evaluation.comparisons`.
    inputs
        ``scores`` (the score sets behind the columns, in their order), ``index`` (the clip table) and ``published``.
    params : mapping
        ``columns`` (the fields of :class:`ScoreColumn`), ``stand_ins`` and ``study``.
    """
    columns = [ScoreColumn(**fields) for fields in params["columns"]]
    read = {name: read_scores(path) for name, path in zip(shown_score_sets(columns), inputs.scores, strict=True)}
    table = compare(
        index=read_table(inputs.index),
        scores={
            column.key: one_component(read[column.score_set], column.component)
            if column.component
            else read[column.score_set]
            for column in columns
        },
        published=pd.read_csv(inputs.published, dtype={"section": str}),
        prefixes={column.key: column.published for column in columns},
    )
    return table, layout_comparison(text, table, columns, params["stand_ins"], params["study"])


def layout_comparison(
    text: ComparisonText,
    table: pd.DataFrame,
    columns: Sequence[ScoreColumn],
    stand_ins: Sequence[str],
    study: str,
) -> Layout:
    """Return the layout of a table of :mod:`uads.evaluation.comparisons`: groups of columns for each score set.

    Parameters
    ----------
    text : ComparisonText
    table : DataFrame
    columns : sequence of ScoreColumn
    stand_ins : sequence of str
        Descriptions of the stand-ins.
    study : str
    """
    keys = [Column(key, key) for key in ("machine", "section", "domain") if key in table]
    groups = [("", keys)]
    for column in columns:
        for metric in METRICS:
            key = f"{column.key}_{metric}"
            shown = [Column(key, "here", 2, best="" if column.control else metric)]
            if table[f"{key}_published"].notna().any():
                shown += [Column(f"{key}_published", "published", 2)]
                shown += [Column(f"{key}_difference", "difference", 2, signed=True)]
            groups.append((f"{column.label}: {TITLES[metric]}", shown))
    for column in columns:
        named = {metric: f"{column.key}_{metric}" for metric in DECISIONS}
        decided = [Column(key, TITLES[metric], 2) for metric, key in named.items() if key in table]
        groups += [(f"{column.label}: decisions", decided)] if decided else []
    if table["reason"].any():
        groups.append(("", [Column("reason", "remark")]))
    means = table["section"] == MEAN if "section" in table else table["machine"] == "all"
    return Layout(
        text.title,
        groups,
        [
            "All values are in percent; pAUC is up to a false positive rate of 0.1, standardised. " + text.means + " "
            "Blank cells are ignored in means.",
            "The highest value of a row is bold, for AUC and for pAUC. “difference” is here minus published.",
            *dict.fromkeys(column.note for column in columns if column.note),
            *text.notes,
        ],
        describe_stand_ins(stand_ins, study),
        emphasised=means.tolist(),
    )
