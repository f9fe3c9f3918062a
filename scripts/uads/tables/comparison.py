"""The layout of a comparison of score sets with published values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from uads.evaluation.comparisons import DECISIONS, MEAN, METRICS
from uads.evaluation.metrics import TITLES
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


#: Notes for readers, by score set.
SET_NOTES = {
    "adacos": "Sub-cluster AdaCos is the sum over the networks of all loss variants (the score set “ensemble”).",
    "adacos_choice": "Sub-cluster AdaCos is, for each machine, the sum over the networks of the loss variant that the "
    "config chooses for it (the score set “choice”, section 2.5 of the paper).",
    "adacos_density": "Local density normalisation is a separate back end on the same embeddings. It was published "
    "later and is not part of the paper's system, so it is not considered for the best value.",
}
CONTROLS = ("adacos_density",)


def layout_comparison(
    text: ComparisonText,
    table: pd.DataFrame,
    labels: Mapping[str, str],
    stand_ins: Sequence[str],
    study: str,
) -> Layout:
    """Return the layout of a table of :mod:`uads.evaluation.comparisons`: groups of columns for each detector.

    Parameters
    ----------
    text : ComparisonText
    table : DataFrame
    labels : mapping of detector to str
        In the order of the columns.
    stand_ins : sequence of str
        Descriptions of the stand-ins.
    study : str
    """
    keys = [Column(key, key) for key in ("machine", "section", "domain") if key in table]
    groups = [("", keys)]
    for name, label in labels.items():
        for metric in METRICS:
            key = f"{name}_{metric}"
            shown = [Column(key, "here", 2, best="" if name in CONTROLS else metric)]
            if table[f"{key}_published"].notna().any():
                shown += [Column(f"{key}_published", "published", 2)]
                shown += [Column(f"{key}_difference", "difference", 2, signed=True)]
            groups.append((f"{label}: {TITLES[metric]}", shown))
    for name, label in labels.items():
        decided = [Column(f"{name}_{metric}", TITLES[metric], 2) for metric in DECISIONS if f"{name}_{metric}" in table]
        groups += [(f"{label}: decisions", decided)] if decided else []
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
            *(SET_NOTES[name] for name in labels if name in SET_NOTES),
            *text.notes,
        ],
        describe_stand_ins(stand_ins, study),
        emphasised=means.tolist(),
    )
