"""The declaration of a measure: numbers on the samples or the UMAPs of a study."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from uads.core.declarations import declarations
from uads.core.entry import Entry


@dataclass(frozen=True)
class Measure:
    """One measure, declared in the mapping ``MEASURES`` of ``measures/<folder>/spec.py``.

    Attributes
    ----------
    title : str
        What is measured, in a sentence.
    on : {"samples", "umap"}
        Which table of each subset a job reads.
    per : {"subset", "representation", "study"}
        What one job measures: a subset (scope, representation, k), all k of a scope and representation, or all
        subsets of the study, for cheap measures.
    entry : Entry
        ``measure(inputs, params)`` returns a table with the columns scope, representation, k and the numbers.
        ``inputs.tables`` are the paths of the tables, ``inputs.features`` for samples those of the feature stores.
    params : callable
        From a study to the parameters of ``measure``.
    environment : str
        Name of the file in ``envs``.
    """

    title: str
    on: Literal["samples", "umap"]
    per: Literal["subset", "representation", "study"]
    entry: Entry
    params: Callable[[Any], Mapping[str, Any]]
    environment: str = "report"


#: The file of one job below ``<results>/measures/<name>/``, by what it measures.
FILES = {"subset": "{scope}/{representation}_k{k}", "representation": "{scope}/{representation}", "study": "all"}


@cache
def declared_measures() -> dict[str, Measure]:
    """Return all measures by name."""
    return declarations("measures", "MEASURES")
