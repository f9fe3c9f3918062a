"""The figures of a study: which UMAP each dual plot shows, and how it is drawn."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from uads.core.errors import UserError
from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView
from uads.study.representations import RepresentationsView
from uads.study.umaps import UmapKey, UmapsView


class FiguresView:
    """The figures of a study.

    Parameters
    ----------
    config : mapping
        The validated config.
    corpora : CorporaView
    representations : RepresentationsView
    umaps : UmapsView
    detectors : DetectorsView

    Raises
    ------
    UserError
        If a figure shows what the study does not have.
    """

    def __init__(
        self,
        config: Mapping[str, Any],
        corpora: CorporaView,
        representations: RepresentationsView,
        umaps: UmapsView,
        detectors: DetectorsView,
    ):
        self._settings = config["figures"]
        self._seed = config["seed"]
        self._corpus = corpora.studied
        self._representations = representations
        self._umaps = umaps
        self._detectors = detectors
        self.check()

    def check(self) -> None:
        """Check section plots, the papers' figures, overrides and further figures."""
        chosen = (self._settings["section_plots"] or {}).get("representations", [])
        self._representations.check_known("figures.section_plots.representations", *chosen)
        for name, figure in (self._settings["paper"] or {}).items():
            if "umap" in figure:
                raise UserError(f"figures.paper.{name}.umap: figures of umaps.more belong under figures.more: move it")
            self._check_figure(f"figures.paper.{name}", figure)
        plots = self.names(("global", "machine", "section"))
        for name in self._settings["overrides"] or {}:
            if name not in plots:
                close = get_close_matches(name, plots, n=1)
                hint = f" (did you mean {close[0]}?)" if close else ""
                raise UserError(f"figures.overrides: the study has no plot {name}{hint}")
        for name, figure in (self._settings["more"] or {}).items():
            self._check_further(name, figure)

    def _check_further(self, name: str, figure: Mapping[str, Any]) -> None:
        key = f"figures.more.{name}"
        if name in self._umaps.more:
            raise UserError(f"{key}: umaps.more.{name} already has a plot of that name: choose another")
        self._check_figure(key, figure)
        umap = self.umap_of(figure)
        if "umap" not in figure and umap not in self._umaps.regular:
            raise UserError(
                f"{key}: the study has no UMAP {umap.scope}/{umap.representation}_k{umap.k}: add it to umaps.more"
            )
        machines = self._umaps.machines_of(umap.scope)
        if figure["kind"] != "global" and len(machines) > 1:
            raise UserError(f"{key}: its UMAP shows {len(machines)} machines: kind must be global")
        if figure["kind"] == "section" and (machines[0], figure["section"]) not in self._corpus.trained:
            raise UserError(f"{key}: kind is section, and {machines[0]} has no section {figure['section']}")

    def _check_figure(self, key: str, figure: Mapping[str, Any]) -> None:
        """Check that an entry names its UMAP, and which part of it to show."""
        if "umap" in figure:
            if figure["umap"] not in self._umaps.more:
                known = ", ".join(self._umaps.more) or "empty"
                raise UserError(f"{key}.umap: there is no '{figure['umap']}' under umaps.more, which is: {known}")
        elif not {"representation", "k"} <= set(figure):
            raise UserError(f"{key} needs either umap, or representation and k (and machine, unless it is global)")
        else:
            self._representations.check_known(f"{key}.representation", figure["representation"])
            if figure["kind"] != "global" and "machine" not in figure:
                raise UserError(f"{key}: kind is {figure['kind']}: it needs a machine")
        if figure["kind"] == "section" and "section" not in figure:
            raise UserError(f"{key}: kind is section: it needs a section")

    def names(self, kinds: Iterable[str]) -> list[str]:
        """List figures without folder and suffix; kinds: global, machine, section, paper, more, training."""
        umaps = self._umaps.regular
        self._detectors.members("adacos") if "adacos" in self._detectors.names else []
        names = {
            "global": [f"global/{u.representation}_k{u.k}" for u in umaps if u.scope == "global"],
            "machine": [f"machine/{u.scope}_{u.representation}_k{u.k}" for u in umaps if u.scope != "global"],
            "section": self._section_plots(),
            "paper": [f"paper/{name}" for name in self.paper],
            "more": [f"more/{name}" for name in self.more],
            "training": [
                f"training/{m.name}" for n in self._detectors.names if n == "adacos" for m in self._detectors.members(n)
            ],
        }
        return [name for kind in kinds for name in names[kind]]

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
        return {
            name: figure
            for name, figure in (self._settings["paper"] or {}).items()
            if self.umap_of(figure) in self._umaps.regular
            and ("section" not in figure or (figure["machine"], figure["section"]) in self._corpus.labelled)
        }

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
        """Map the name of each figure that the config describes, such as ``paper/figure_1``, to its settings."""
        kinds = {"paper": self.paper, "more": self.more}
        return {f"{kind}/{name}": figure for kind, figures in kinds.items() for name, figure in figures.items()}

    def shown_umap(self, name: str) -> UmapKey:
        """Return the UMAP that a figure of the config shows, by the figure's name in :attr:`described`."""
        return self.umap_of(self.described[name])

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
        return {**common, "dpi": self._settings["dpi"][kind], "seed": self._seed, **own, **alone}
