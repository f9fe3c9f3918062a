"""The figures of a study: its dual plots, and the declared figures that are none."""

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from uads.core.declarations import resolve_aliases
from uads.core.entry import Job, Jobs
from uads.core.missing import Missing
from uads.figures.base import Figure, Instance, declared_figures, paper_plots
from uads.figures.dual.costs import DUAL
from uads.study.dual_plots import DualPlots


class FiguresView(DualPlots):
    """The figures of a study.

    Parameters
    ----------
    study : Study
        With the views below this one.
    """

    def __init__(self, study: Any):
        self.declared: dict[str, Figure] = declared_figures()
        super().__init__(study)

    def names_by_kind(self) -> dict[str, list[str]]:
        """Map each kind of figure, declared ones included, to the names of its figures."""
        return super().names_by_kind() | {"declared": list(self.instances)}

    @cached_property
    def instances(self) -> dict[str, tuple[str, Instance]]:
        """Map the path of each declared figure, such as ``training/<detector>/<member>``, to figure and instance."""
        return {
            "/".join((name, *instance)): (name, instance)
            for name, figure in self.declared.items()
            if not isinstance(instances := figure.instances(self._study), Missing)
            for instance in instances
        }

    @property
    def targets(self) -> dict[str, str]:
        """Map the name of each target to its figure: the papers' plots, declared figures, then the aliases."""
        every = {**paper_plots(), **self.declared}
        return {name: name for name in every} | resolve_aliases(every)

    def title(self, name: str) -> str:
        """Return the description of a target."""
        return {**paper_plots(), **self.declared}[self.targets[name]].title

    def missing(self, name: str) -> str | None:
        """Return what a target needs and the study does not have, or None if it can be made."""
        name = self.targets[name]
        if name not in self.declared:
            return self.missing_plot(name)
        found = self.declared[name].instances(self._study)
        return found.what if isinstance(found, Missing) else None

    def paths(self, name: str) -> list[str]:
        """List the figures of a target that can be made, without folder and suffix."""
        name = self.targets[name]
        if name not in self.declared:
            return [f"paper/{name}"]
        return [path for path, (figure, _) in self.instances.items() if figure == name]

    def inputs(self, path: str) -> Mapping[str, Any]:
        """Return the input files of a declared figure, by its name in :attr:`instances`."""
        name, instance = self.instances[path]
        return self.declared[name].inputs(self._study, instance)

    def params(self, path: str) -> dict[str, Any]:
        """Return the parameters that a declared figure is drawn with."""
        name, instance = self.instances[path]
        return dict(self.declared[name].params(self._study, instance))

    def declared_caption(self, path: str) -> str:
        """Return the text beside a declared figure in the report."""
        name, instance = self.instances[path]
        return self.declared[name].caption(self._study, instance)

    def labels(self, path: str) -> dict[str, str]:
        """Return the labels of a declared figure in the report."""
        name, instance = self.instances[path]
        labels = self.declared[name].labels
        return dict(labels(instance)) if labels else {"figure": path}

    def figure(self, path: str) -> Figure:
        """Return the declaration of a declared figure."""
        return self.declared[self.instances[path][0]]

    def jobs(self, _: Any) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        plots = {f"plot_{kind}": partial(self._plot_job, kind) for kind in ("global", "machine", "section", "figure")}
        return plots | {"draw_figure": lambda wildcards: self.figure(wildcards.declared).draw.job()}

    def _plot_job(self, kind: str, wildcards: Any) -> Job:
        shown = self.described[wildcards.figure]["kind"] if kind == "figure" else kind
        settings = self._settings
        return DUAL.job(settings["size"], settings["dpi"][shown], len(settings["formats"]))
