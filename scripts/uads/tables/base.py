"""The declaration of a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from uads.core.declarations import declarations
from uads.core.entry import Entry
from uads.core.missing import Missing


def no_params(_: Any) -> Mapping[str, Any]:
    """Return no parameters."""
    return {}


@dataclass(frozen=True)
class Table:
    """One table, declared in the mapping ``TABLES`` of ``tables/<folder>/spec.py``.

    Attributes
    ----------
    title : str
        What the table holds, in a sentence: the description of its target.
    label : str
        Its name in the report.
    caption : str
        Text beside it in the report.
    inputs : callable
        From a study to the input files by name (one path or a list of them; ``resources/published/...`` is a file of
        the workflow), or to what is missing.
    build : Entry
        ``build(inputs, params)`` returns the data and the :class:`~uads.tables.render.Layout`.
    params : callable, optional
        From a study to the parameters of ``build``; ``stand_ins`` and ``study`` are added.
    aliases : tuple of str
        Further names of the table, as target and in the config.
    category : str
        Of the report.
    always : bool, default False
        Whether the table belongs to every study, whatever the config's ``tables`` lists.
    """

    title: str
    label: str
    caption: str
    inputs: Callable[[Any], Mapping[str, Any] | Missing]
    build: Entry
    params: Callable[[Any], Mapping[str, Any]] = no_params
    aliases: tuple[str, ...] = ()
    category: str = "Tables"
    always: bool = False


@cache
def declared_tables() -> dict[str, Table]:
    """Return all tables by name."""
    return declarations("tables", "TABLES")
