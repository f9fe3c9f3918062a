"""The dual plots of a study: which UMAP each shows, and how it is drawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from uads.core.declarations import resolve_aliases
from uads.figures.base import paper_plots
from uads.figures.dual.captions import caption
from uads.study.plot_checks import check_plots
from uads.study.umaps import UmapKey


@dataclass(frozen=True)
class DualPlot:
    """One dual plot.

    Attributes
    ----------
    name : str
        Its path without folder and suffix, such as ``machine/pump_mel_k5``.
    kind : {"global", "machine", "section"}
    umap : UmapKey
    section : str, optional
    title : str, default ""
        Of a plot that the config describes.
    """

    name: str
    kind: str
    umap: UmapKey
    section: str | None = None
    title: str = ""

    @property
    def figure(self) -> dict[str, Any]:
        """Return what :func:`uads.figures.dual.described.plot_figure` draws."""
        return {"kind": self.kind} | ({"section": self.section} if self.section else {})


class DualPlots:
    """The dual plots of a study.

    Parameters
    ----------
    study : Study
        With the views below this one.

    Raises
    ------
    UserError
        If a plot shows what the study does not have.
    """

    def __init__(self, study: Any):
        settings = study.config["figures"]
        aliases = resolve_aliases(paper_plots())
        wanted: dict[str, dict[str, Any]] = {}
        for name, figure in (settings["paper"] or {}).items():
            wanted[aliases.get(name, name)] = wanted.get(aliases.get(name, name), {}) | figure
        self._settings = settings | {"paper": wanted}
        self._study = study
        self._corpus = study.corpora.studied
        self._umaps = study.umaps
        self._describe = cache(study.umaps.describe)  # a UMAP has many plots
        self._titles = {name: study.corpora.by_name[name].title for name in study.corpora.external}
        self._titles |= study.representations.titles(study.umaps.shown_representations)
        check_plots(self, study, self._settings)

    def names(self, kinds: Iterable[str] | None = None) -> list[str]:
        """List figures without folder and suffix: those of some kinds, all by default."""
        names = self.names_by_kind()
        return [name for kind in kinds or names for name in names[kind]]

    def names_by_kind(self) -> dict[str, list[str]]:
        """Map each kind of plot to the names of its plots, without folder and suffix."""
        umaps = self._umaps.regular
        return {
            "global": [f"global/{u.representation}_k{u.k}" for u in umaps if u.scope == "global"],
            "machine": [f"machine/{u.scope}_{u.representation}_k{u.k}" for u in umaps if u.scope != "global"],
            "section": self._section_plots(),
            "paper": [f"paper/{name}" for name in self.paper],
            "more": [f"more/{name}" for name in self.more],
        }

    def _section_plots(self) -> list[str]:
        chosen = self._settings["section_plots"] or {}
        return [
            f"section/{umap.scope}_{section}_{umap.representation}_k{umap.k}"
            for umap in self._umaps.regular
            if umap.representation in chosen.get("representations", [umap.representation])
            and umap.k in chosen.get("stacks", [umap.k])
            for section in self._corpus.sections
            if (umap.scope, section) in self._corpus.labelled and section in chosen.get("sections", [section])
        ]

    @cached_property
    def paper(self) -> dict[str, dict[str, Any]]:
        """Map the name of each figure of a paper whose machine and section the study has to its settings."""
        return {name: figure for name, figure in self._settings["paper"].items() if not self._missing(figure)}

    def _missing(self, figure: Mapping[str, Any]) -> str | None:
        umap = self.umap_of(figure)
        if umap not in self._umaps.regular:
            return f"the UMAP {umap.scope}/{umap.representation}_k{umap.k}"
        if "section" in figure and (figure["machine"], figure["section"]) not in self._corpus.labelled:
            return f"labelled test clips of section {figure['section']} of {figure['machine']}"
        return None

    def missing_plot(self, name: str) -> str | None:
        """Return what a plot of a paper needs and the study does not have, or None if it can be made."""
        if name not in self._settings["paper"]:
            return f"the entry figures.paper.{name} in its config"
        return self._missing(self._settings["paper"][name])

    @cached_property
    def more(self) -> dict[str, dict[str, Any]]:
        """Map the name of each further figure to its settings: one of every further UMAP, and those of the config."""
        kinds = {name: "machine" if len(self._umaps.machines_of(name)) == 1 else "global" for name in self._umaps.more}
        shown = {name: {"kind": kind, "umap": name} for name, kind in kinds.items()}
        return shown | (self._settings["more"] or {})

    def umap_of(self, figure: Mapping[str, Any]) -> UmapKey:
        """Return the UMAP that a figure of the config shows."""
        if "umap" in figure:
            return self._umaps.more[figure["umap"]]
        return UmapKey(figure.get("machine", "global"), figure["representation"], figure["k"])

    @cached_property
    def described(self) -> dict[str, dict[str, Any]]:
        """Map the name of each figure that the config describes, such as ``more/zoom``, to its settings."""
        kinds = {"paper": self.paper, "more": self.more}
        return {f"{kind}/{name}": figure for kind, figures in kinds.items() for name, figure in figures.items()}

    def shown_umap(self, name: str) -> UmapKey:
        """Return the UMAP that a figure of the config shows, by the figure's name in :attr:`described`."""
        return self.umap_of(self.described[name])

    def plot(self, kind: str, wildcards: Any) -> DualPlot:
        """Return the plot of a job, by the kind of its rule (global, machine, section, figure) and its wildcards."""
        if kind == "figure":
            name = wildcards.figure
            figure = self.described[name]
            title = name.split("/")[1]
            title = paper_plots()[title].label if title in paper_plots() else title
            return DualPlot(name, figure["kind"], self.shown_umap(name), figure.get("section"), title)
        scope = "global" if kind == "global" else wildcards.machine
        section = wildcards.section if kind == "section" else None
        umap = UmapKey(scope, wildcards.representation, int(wildcards.k))
        parts = [part for part in (scope, section, umap.representation, f"k{umap.k}") if part and part != "global"]
        return DualPlot(f"{kind}/{'_'.join(parts)}", kind, umap, section)

    def caption(self, plot: DualPlot) -> str:
        """Return the text beside a plot in the report."""
        described = self._describe(*plot.umap)
        settings = self.plot_settings(plot)
        return caption(plot.kind, plot.umap._asdict(), settings, self._study.name, described, plot.title, plot.section)

    def plot_settings(self, plot: DualPlot) -> dict[str, Any]:
        """Return how a plot is drawn; section plots of energy spectrograms have a cross."""
        has_cross = self._study.representations.spec(plot.umap.representation).is_power
        own = {"cross": has_cross} if plot.name.startswith("section/") else {}
        return self.settings(plot.name, **own)

    def settings(self, name: str, **own: Any) -> dict[str, Any]:
        """Return how a figure is drawn: the common settings, those of its kind, its own.

        Parameters
        ----------
        name : str
            Without folder and suffix, such as ``machine/pump_mel_k5``.
        **own
            Settings in which its kind differs from the other figures.
        """
        described = self.described.get(name, {})
        kind = described.get("kind", name.split("/")[0])
        keys = ("size", "palette", "shade_sections", "cross_skip", "cross_average")
        common = {key: self._settings[key] for key in keys}
        alone = described | (self._settings["overrides"] or {}).get(name, {})
        shown = {"dpi": self._settings["dpi"][kind], "seed": self._study.seed, "titles": self._titles}
        return {**common, **shown, **own, **alone}
