"""Rendering of tables as CSV, Markdown and HTML.

A table's data has full precision and goes to CSV as it is; a :class:`Layout` defines what readers see of it,
and how.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from uads.core.files import atomic_path


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


def write_table_files(table: pd.DataFrame, layout: Layout, csv: str | Path, md: str | Path, html: str | Path) -> None:
    """Write a table as CSV (all data at full precision), Markdown and HTML (the visible form)."""
    for path, text in (
        (csv, table.to_csv(index=False)),
        (md, render_markdown(table, layout)),
        (html, render_html(table, layout)),
    ):
        with atomic_path(path) as partial:
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
