"""Checks of the dual plots that a config describes."""

from collections.abc import Mapping
from typing import Any

from uads.core.errors import UserError
from uads.core.words import did_you_mean


def check_plots(plots: Any, study: Any, settings: Mapping[str, Any]) -> None:
    """Check section plots, the papers' figures, overrides and further figures.

    Parameters
    ----------
    plots : DualPlots
    study : Study
        With the views below the plots.
    settings : mapping
        The config's ``figures``.

    Raises
    ------
    UserError
        If a plot shows what the study does not have.
    """
    chosen = (settings["section_plots"] or {}).get("representations", [])
    study.representations.check_known("figures.section_plots.representations", *chosen)
    for name, figure in settings["paper"].items():
        if "umap" in figure:
            raise UserError(f"figures.paper.{name}.umap: figures of umaps.more belong under figures.more: move it")
        check_figure(f"figures.paper.{name}", figure, study)
    known = plots.names(("global", "machine", "section"))
    for name in settings["overrides"] or {}:
        if name not in known:
            raise UserError(f"figures.overrides: the study has no plot {name}{did_you_mean(name, known)}")
    for name, figure in (settings["more"] or {}).items():
        check_further(name, figure, plots, study)


def check_further(name: str, figure: Mapping[str, Any], plots: Any, study: Any) -> None:
    """Check a figure of ``figures.more``."""
    key, umaps = f"figures.more.{name}", study.umaps
    if name in umaps.more:
        raise UserError(f"{key}: umaps.more.{name} already has a plot of that name: choose another")
    check_figure(key, figure, study)
    umap = plots.umap_of(figure)
    if "umap" not in figure and umap not in umaps.regular:
        raise UserError(
            f"{key}: the study has no UMAP {umap.scope}/{umap.representation}_k{umap.k}: add it to umaps.more"
        )
    machines = umaps.machines_of(umap.scope)
    if figure["kind"] != "global" and len(machines) > 1:
        raise UserError(f"{key}: its UMAP shows {len(machines)} machines: kind must be global")
    if figure["kind"] == "section" and (machines[0], figure["section"]) not in study.corpora.studied.trained:
        raise UserError(f"{key}: kind is section, and {machines[0]} has no section {figure['section']}")


def check_figure(key: str, figure: Mapping[str, Any], study: Any) -> None:
    """Check that an entry names its UMAP, and which part of it to show."""
    if "umap" in figure:
        if figure["umap"] not in study.umaps.more:
            known = ", ".join(study.umaps.more) or "empty"
            raise UserError(f"{key}.umap: there is no '{figure['umap']}' under umaps.more, which is: {known}")
    elif not {"representation", "k"} <= set(figure):
        raise UserError(f"{key} needs either umap, or representation and k (and machine, unless it is global)")
    else:
        study.representations.check_known(f"{key}.representation", figure["representation"])
        if figure["kind"] != "global" and "machine" not in figure:
            raise UserError(f"{key}: kind is {figure['kind']}: it needs a machine")
    if figure["kind"] == "section" and "section" not in figure:
        raise UserError(f"{key}: kind is section: it needs a section")
