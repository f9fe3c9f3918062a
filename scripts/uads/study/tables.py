"""The tables of a study, and what prevents one."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from uads.core.declarations import resolve_aliases
from uads.core.entry import Jobs
from uads.core.errors import UserError
from uads.core.missing import Missing
from uads.core.words import did_you_mean
from uads.tables.base import Table, declared_tables


class TablesView:
    """The tables of a study.

    Parameters
    ----------
    study : Study
        With the views below this one.

    Raises
    ------
    UserError
        If the config lists a table that does not exist.
    """

    def __init__(self, study: Any):
        self._study = study
        self.declared: dict[str, Table] = declared_tables()
        self.aliases = resolve_aliases(self.declared)
        self._wanted = list(dict.fromkeys(self.aliases.get(name, name) for name in study.config["tables"]))
        self.check()

    def check(self) -> None:
        """Check that the tables of the config exist."""
        for name in self._wanted:
            if name not in self.declared:
                hint = did_you_mean(name, [*self.declared, *self.aliases])
                raise UserError(f"tables: there is no table '{name}'{hint}: choose one of {', '.join(self.declared)}")

    @cached_property
    def names(self) -> list[str]:
        """List the tables of the config that can be made."""
        return [name for name in self._wanted if not self.missing(name)]

    @cached_property
    def always(self) -> list[str]:
        """List the tables that belong to every study."""
        return [name for name, table in self.declared.items() if table.always and not self.missing(name)]

    @property
    def targets(self) -> dict[str, str]:
        """Map the name of each target to the table it makes: the tables' names, then their aliases."""
        return {name: name for name in self.declared} | self.aliases

    def paths(self, name: str) -> list[str]:
        """List the tables of a target, without folder and suffix."""
        return [self.targets[name]]

    def title(self, name: str) -> str:
        """Return the description of a target."""
        return self.declared[self.targets[name]].title

    def _found(self, name: str) -> Mapping[str, Any] | Missing:
        return self.declared[self.aliases.get(name, name)].inputs(self._study)

    def missing(self, name: str) -> str | None:
        """Return what a table needs and the study does not have, or None if the table can be made."""
        found = self._found(name)
        return found.what if isinstance(found, Missing) else None

    def inputs(self, name: str) -> Mapping[str, Any]:
        """Return the input files of a table by name.

        Raises
        ------
        UserError
            If the study lacks what the table needs.
        """
        found = self._found(name)
        if isinstance(found, Missing):
            raise UserError(f"{name} cannot be made: the study is missing {found.what}")
        return found

    def params(self, name: str) -> dict[str, Any]:
        """Return the parameters that a table is built with."""
        study = self._study
        common = {"stand_ins": study.representations.stand_ins(*study.detectors.representations), "study": study.name}
        return {**common, **self.declared[name].params(study)}

    def jobs(self, _: Any) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return {"tabulate": lambda wildcards: self.declared[wildcards.table].build.job()}
