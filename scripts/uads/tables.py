"""Tables of the papers, written as CSV, Markdown and HTML.

The CSV contains all data of a table at full precision; a :class:`Layout` defines which columns readers see, and
their format. Comparisons with published values are computed in :mod:`uads.comparisons`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from uads.comparisons import DECISIONS, MEAN, METRICS
from uads.files import whole

TITLES = {"auc": "AUC", "pauc": "pAUC", "precision": "precision", "recall": "recall", "f1": "F1"}

#: Output sizes of Table 1 (Wilkinghoff 2021), by layer in the order of the network; "" if not listed.
PUBLISHED_SIZES = [
    "313×128",
    "157×64×16",
    "",
    "78×31×16",
    "39×16×32",
    "20×8×64",
    "10×4×128",
    "4×128",
    "512",
    "128",
    "42",
    "199",
]


@dataclass(frozen=True)
class Column:
    """Visible column: its key in the data, its title and the format of its values.

    ``best`` names a group of columns among which the highest value of each row is marked.
    """

    key: str
    title: str
    decimals: int | None = None
    signed: bool = False
    best: str = ""


@dataclass(frozen=True)
class Layout:
    """Visible form of a table.

    Attributes
    ----------
    title : str
    groups : list of (str, list of Column)
        Columns side by side under a common heading, which may be empty.
    notes : list of str
        Sentences below the table.
    warnings : list of str
        Prominent sentences above the table, such as a warning about stand-ins.
    emphasised : array-like of bool
        Rows to emphasise; none by default.
    """

    title: str
    groups: list[tuple[str, list[Column]]]
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    emphasised: Sequence[bool] = ()

    @property
    def columns(self) -> list[Column]:
        """All columns from left to right."""
        return [column for _, columns in self.groups for column in columns]


def describe_stand_ins(stand_ins: Sequence[str], study: str) -> list[str]:
    """Return the warnings above a table for the stand-ins used in a study."""
    return [f"{text.rstrip('. ')}: not comparable with the published values (study “{study}”)." for text in stand_ins]


def beside_published_sizes(network: pd.DataFrame) -> pd.DataFrame:
    """Add the output sizes of the paper's Table 1 to those of the built network.

    Parameters
    ----------
    network : DataFrame
        layer, structure, output_size, parameters: as returned by
        :func:`uads.detectors.adacos.network.describe_network`.

    Returns
    -------
    DataFrame
        ``network`` with published and agrees (yes, no, or blank for a layer that the paper does not list).
    """
    published = PUBLISHED_SIZES[: len(network)]
    agrees = [
        "" if not size else "yes" if size == own else "no"
        for own, size in zip(network["output_size"], published, strict=True)
    ]
    return network.assign(published=published, agrees=agrees)


def layout_table_1(stand_ins: Sequence[str] = (), study: str = "") -> Layout:
    """Return the layout of Table 1: the network's layers."""
    columns = [
        Column("layer", "layer"),
        Column("structure", "structure"),
        Column("output_size", "output size"),
        Column("published", "published size"),
        Column("agrees", "agrees"),
        Column("parameters", "parameters", 0),
    ]
    notes = [
        "The values are those of the built model. The paper does not list the first max-pooling, which its sizes "
        "imply, and writes “stride=1” for all residual blocks, although those of stages two to four halve both axes. "
        "The stride here is that of the first convolution of a stage.",
        "The output size of a last layer is the number of classes among this study's training clips: machines and "
        "sections (42 in the DCASE 2021 data) and, for a second head, machines and attributes (199 in the paper).",
    ]
    return Layout("Table 1: the modified ResNet", [("", columns)], notes, describe_stand_ins(stand_ins, study))


@dataclass(frozen=True)
class ComparisonText:
    """Texts of a table of :mod:`uads.comparisons`.

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
SECTION_MEANS = "Values are harmonic means over the sections of a machine and domain, or of all machines (“all”)."
TEXTS = {
    "table_2": ComparisonText(
        "Table 2: AUC and pAUC on the development set",
        "Rows “hmean” are harmonic means over the rows above them; the last one is over all rows of all machines.",
    ),
    "table_3": ComparisonText(
        "Table 3: back-end distributions on the development set",
        SECTION_MEANS,
        (
            "Attribute distributions exist only in source domains, those of target clips only in target domains. A "
            "cell is also blank if a section has no such training clips. For machines with an extra term for the "
            "temporal maximum in the source domain (Eq. 4), only the ensemble includes this term.",
        ),
    ),
    "table_4": ComparisonText("Table 4: losses on the development set", SECTION_MEANS),
    "table_5": ComparisonText(
        "Table 5: AUC and pAUC on the evaluation set",
        SECTION_MEANS,
        (
            "The AUC columns of the last row contain official scores, as in the paper: the harmonic mean of all AUCs "
            "and pAUCs over machines, sections and domains. Later challenges pool domains differently.",
        ),
    ),
}


def layout_comparison(
    text: ComparisonText,
    table: pd.DataFrame,
    labels: Mapping[str, str],
    stand_ins: Sequence[str],
    study: str,
) -> Layout:
    """Return the layout of a table of :mod:`uads.comparisons`: groups of columns for each detector.

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


def layout_exclusions(excluded: pd.DataFrame, used: Mapping[str, int]) -> Layout:
    """Return the layout of the clips that were left out or kept with a warning; a note says if there are none.

    Parameters
    ----------
    excluded : DataFrame
        As returned by :func:`uads.corpora.exclusions.read_exclusions`.
    used : mapping of corpus to int
        Number of clips that are used.
    """
    columns = [Column(key, key) for key in ("corpus", "path", "reason", "detail")] + [Column("action", "action")]
    notes = [f"{corpus}: {_found(excluded[excluded['corpus'] == corpus], n)}" for corpus, n in used.items()]
    title = "Clips that were left out, or kept with a warning"
    return Layout(title, [("", columns)], notes if len(excluded) else ["There are none.", *notes])


def _found(excluded: pd.DataFrame, used: int) -> str:
    skipped, kept = (excluded["clip"][excluded["action"] == action].nunique() for action in ("skipped", "kept"))
    return f"{used:,} clips are used, {kept or 'none'} of them with a warning; {skipped or 'none'} left out."


def layout_horn(table: pd.DataFrame, stand_ins: Sequence[str], study: str) -> Layout:
    """Return the layout of the table of :func:`uads.horn.measure_horns`."""
    columns = [
        Column("scope", "machine"),
        Column("representation", "representation"),
        Column("k", "stack"),
        Column("samples", "samples", 0),
        Column("lowest", "lowest", 0),
        Column("share", "within the region, %", 1),
        Column("expected", "expected, %", 1),
        Column("limit", "chance limit, %", 1),
        Column("times", "ratio to expected", 1),
    ]
    if table["reason"].any():
        columns.append(Column("reason", "remark"))
    notes = [
        "“lowest” are the 1 % of the samples with the lowest energy. “within the region” is the share of them in the "
        "smallest disc around the cross (the mean position of the samples that follow the very lowest) that contains "
        "5 % of all samples. The samples averaged for the cross are excluded everywhere.",
        "“expected” is the share if energy had no effect on position. “chance limit” would then be exceeded in one "
        "case in a hundred if samples were independent. Stacks of one clip are not independent, so the limit is too "
        "low if few clips contain all the lowest samples.",
        "The energy of L3 samples is that of the waveform in the same window. Fernandez and Plumbley (2021) observe "
        "that the lowest energies concentrate on the “horn”, and give no number.",
    ]
    warnings = describe_stand_ins(stand_ins, study)
    return Layout("The horn: where the samples of lowest energy lie", [("", columns)], notes, warnings)


def write_table_files(table: pd.DataFrame, layout: Layout, csv: str | Path, md: str | Path, html: str | Path) -> None:
    """Write a table as CSV (all data at full precision), Markdown and HTML (the visible form)."""
    for path, text in (
        (csv, table.to_csv(index=False)),
        (md, render_markdown(table, layout)),
        (html, render_html(table, layout)),
    ):
        with whole(path) as partial:
            partial.write_text(text, encoding="utf-8")


def cell_texts(table: pd.DataFrame, layout: Layout) -> list[list[str]]:
    """Return the cells as text; missing values are blank."""
    return [[_text(row[column.key], column) for column in layout.columns] for row in table.to_dict("records")]


def _text(value: Any, column: Column) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if column.decimals is None:
        return str(value)
    text = f"{value:{'+' if column.signed else ''}.{column.decimals}f}"
    return text.replace("-", "−")


def best_cells(table: pd.DataFrame, layout: Layout) -> list[list[bool]]:
    """Return a mask of the highest value of each row in each group of two or more competing columns."""
    marks = np.zeros((len(table), len(layout.columns)), bool)
    for group in {column.best for column in layout.columns} - {""}:
        places = [i for i, column in enumerate(layout.columns) if column.best == group]
        if len(places) < 2:
            continue
        values = table[[layout.columns[i].key for i in places]].to_numpy(float).round(2)
        highest = np.max(np.where(np.isnan(values), -np.inf, values), axis=1, keepdims=True)
        marks[:, places] = values == highest
    return marks.tolist()


def render_markdown(table: pd.DataFrame, layout: Layout) -> str:
    """Return a table as Markdown, with group headings before column titles."""
    header = [f"{group} {column.title}".strip() for group, columns in layout.groups for column in columns]
    aligned = ["---" if column.decimals is None else "---:" for column in layout.columns]
    body = [
        [f"**{text}**" if mark else text.replace("|", "\\|") for text, mark in zip(texts, marks, strict=True)]
        for texts, marks in zip(cell_texts(table, layout), best_cells(table, layout), strict=True)
    ]
    lines = [f"# {layout.title}", ""]
    lines += [f"> **{warning}**\n" for warning in layout.warnings]
    lines += ["| " + " | ".join(cells) + " |" for cells in [header, aligned, *body]]
    return "\n".join([*lines, "", *[f"{note}\n" for note in layout.notes]])


STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem auto; padding: 0 1.5rem;
  width: fit-content; max-width: 100%; box-sizing: border-box; }
h1 { font-size: 1.3rem; }
.warning { background: #fff4d6; border-left: 5px solid #b77900; padding: .6rem 1rem; font-weight: 600; }
.scroll { overflow: auto; max-height: 85vh; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .7rem; text-align: left; white-space: nowrap; }
thead { position: sticky; top: 0; background: #fff; box-shadow: 0 2px 0 #1b1f24; }
thead th { vertical-align: bottom; }
th.group { text-align: center; border-bottom: 1px solid #8c959f; }
.number { text-align: right; }
.minor { color: #57606a; }
.first { padding-left: 1.6rem; }
tbody tr:nth-child(even) { background: #f6f8fa; }
tr.mean td { border-top: 1px solid #8c959f; border-bottom: 2px solid #8c959f; background: #e9eef4; }
.note { max-width: 60rem; color: #424a53; }
"""


def render_html(table: pd.DataFrame, layout: Layout) -> str:
    """Return a table as a self-contained HTML page, without scripts or external resources."""
    warnings = "".join(f'<p class="warning" role="note">{escape(text)}</p>\n' for text in layout.warnings)
    notes = "".join(f'<p class="note">{escape(text)}</p>\n' for text in layout.notes)
    groups = "".join(
        f'<th class="group" colspan="{len(columns)}" scope="colgroup">{escape(title)}</th>'
        if title
        else f'<td colspan="{len(columns)}"></td>'
        for title, columns in layout.groups
    )
    classes = [_css_class(column, i == 0) for _, columns in layout.groups for i, column in enumerate(columns)]
    heads = "".join(
        f'<th class="{css}" scope="col">{escape(column.title)}</th>'
        for column, css in zip(layout.columns, classes, strict=True)
    )
    set_apart = layout.emphasised or [False] * len(table)
    body = "".join(
        _html_row(texts, marks, classes, apart)
        for texts, marks, apart in zip(cell_texts(table, layout), best_cells(table, layout), set_apart, strict=True)
    )
    top = f"<tr>{groups}</tr>\n" if any(title for title, _ in layout.groups) else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(layout.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(layout.title)}</h1>\n{warnings}<div class="scroll" tabindex="0">\n<table>\n'
        f"<thead>\n{top}<tr>{heads}</tr>\n</thead>\n<tbody>\n{body}</tbody>\n</table>\n</div>\n{notes}</body>\n</html>\n"
    )


def _html_row(texts: list[str], marks: list[bool], classes: list[str], set_apart: bool) -> str:
    cells = [f"<b>{escape(text)}</b>" if mark else escape(text) for text, mark in zip(texts, marks, strict=True)]
    row = "".join(f'<td class="{css}">{cell}</td>' for cell, css in zip(cells, classes, strict=True))
    return f'<tr class="mean">{row}</tr>\n' if set_apart else f"<tr>{row}</tr>\n"


def _css_class(column: Column, is_first: bool) -> str:
    number = column.decimals is not None
    minor = number and not column.best
    return " ".join(
        name for name, holds in (("number", number), ("minor", minor), ("first", number and is_first)) if holds
    )
