"""The declarations of figures: of the papers' dual plots, and of figures that are no dual plots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from uads.core.declarations import declarations
from uads.core.entry import Entry
from uads.core.missing import Missing

#: Which of a figure's instances: the parts of its path below ``figures/<name>``.
Instance = tuple[str, ...]


def one_instance(_: Any) -> Sequence[Instance]:
    """Return the instances of a figure that a study has once."""
    return [()]


@dataclass(frozen=True)
class Figure:
    """One figure, declared in the mapping ``FIGURES`` of ``figures/<folder>/spec.py``.

    Attributes
    ----------
    title : str
        What the figure shows, in a sentence: the description of its target.
    category : str
        Of the report.
    caption : callable
        From a study and an instance to the text beside the figure in the report.
    inputs : callable
        From a study and an instance to the input files by name.
    draw : Entry
        ``draw(inputs, params)`` returns a matplotlib figure, which is saved at its own resolution.
    params : callable
        From a study and an instance to the parameters of ``draw``.
    instances : callable, optional
        From a study to the instances, or to what is missing. By default the figure is drawn once.
    labels : callable, optional
        From an instance to its labels in the report; by default the figure's name.
    aliases : tuple of str
        Further names of the target.
    """

    title: str
    category: str
    caption: Callable[[Any, Instance], str]
    inputs: Callable[[Any, Instance], Mapping[str, Any]]
    draw: Entry
    params: Callable[[Any, Instance], Mapping[str, Any]]
    instances: Callable[[Any], Sequence[Instance] | Missing] = one_instance
    labels: Callable[[Instance], Mapping[str, str]] | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaperPlot:
    """A dual plot of a paper, declared in the mapping ``PAPER_PLOTS`` of ``figures/<folder>/spec.py``.

    How it is drawn is set in the config (``figures.paper``).

    Attributes
    ----------
    title : str
        What the plot shows, in a sentence: the description of its target.
    label : str
        Its name in the report.
    aliases : tuple of str
        Further names of the plot, as target and in the config.
    """

    title: str
    label: str
    aliases: tuple[str, ...] = ()


@cache
def declared_figures() -> dict[str, Figure]:
    """Return all figures that are no dual plots, by name."""
    return declarations("figures", "FIGURES")


@cache
def paper_plots() -> dict[str, PaperPlot]:
    """Return the papers' dual plots, by name."""
    return declarations("figures", "PAPER_PLOTS")
