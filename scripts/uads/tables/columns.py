"""Columns of a comparison: which score sets a table shows, chosen by name and expanded for a study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ScoreColumn:
    """One score set, or one component of it, in a table.

    Attributes
    ----------
    key : str
        Prefix of its columns in the data.
    score_set : str
    label : str
        Heading.
    component : str, optional
        The component of the score that is shown; None: the score.
    published : str, optional
        Prefix of its columns in the published values, if it has any.
    control : bool, default False
        Whether it is not considered for the best value.
    note : str, default ""
        A sentence below the table.
    """

    key: str
    score_set: str
    label: str
    component: str | None = None
    published: str | None = None
    control: bool = False
    note: str = ""


@dataclass(frozen=True)
class Choice:
    """A wish for a column: the first of some score sets that the study has, or all that no other column names."""

    names: tuple[str, ...] = ()
    label: str | None = None
    component: str | None = None
    published: str | None = None
    is_rest: bool = False


def of(name: str, published: str | None = None, label: str | None = None) -> Choice:
    """Choose a score set; there is no such column if the study does not have it."""
    return Choice((name,), label, published=published)


def first_of(*names: str, published: str | None = None, label: str | None = None) -> Choice:
    """Choose the first of some score sets that the study has; the further ones are no columns of their own."""
    return Choice(names, label, published=published)


def component(name: str, part: str, published: str | None = None, label: str | None = None) -> Choice:
    """Choose one component of a score set."""
    return Choice((name,), label, part, published)


def others() -> Choice:
    """Choose every score set that no other column names, without published values."""
    return Choice(is_rest=True)


def expand(choices: Sequence[Choice], score_sets: Mapping[str, Any], has_published: bool = True) -> list[ScoreColumn]:
    """Return the columns that some choices come to in a study.

    Parameters
    ----------
    choices : sequence of Choice
    score_sets : mapping of name to ScoreSet
        The study's, in the order of the config.
    has_published : bool, default True
        Whether the study's clips are those of the published values.
    """
    named = {name for choice in choices for name in choice.names}
    columns = []
    for choice in choices:
        if choice.is_rest:
            columns += [_column(choice, name, score_sets[name]) for name in score_sets if name not in named]
        elif found := [name for name in choice.names if name in score_sets]:
            published = choice.published if has_published else None
            columns.append(_column(choice, found[0], score_sets[found[0]], published))
    return columns


def _column(choice: Choice, name: str, score_set: Any, published: str | None = None) -> ScoreColumn:
    if choice.component:
        return ScoreColumn(choice.component, name, choice.label or choice.component, choice.component, published)
    label = choice.label or score_set.label
    return ScoreColumn(name, name, label, None, published, score_set.control, score_set.note)


def shown_score_sets(columns: Sequence[ScoreColumn]) -> list[str]:
    """List the score sets behind some columns, each once."""
    return list(dict.fromkeys(column.score_set for column in columns))
