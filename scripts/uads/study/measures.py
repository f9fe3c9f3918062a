"""The measures of a study: what each job of one reads and writes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from uads.core.entry import Job, Jobs
from uads.measures.base import FILES, Measure, declared_measures
from uads.study.umaps import UmapKey


class MeasuresView:
    """The measures of a study, on its regular UMAPs and their samples.

    Parameters
    ----------
    study : Study
        With the views below this one.
    """

    def __init__(self, study: Any):
        self._study = study
        self.declared: dict[str, Measure] = declared_measures()

    def output(self, name: str) -> str:
        """Return the path of one job's table, with wildcards."""
        return f"<results>/measures/{name}/{FILES[self.declared[name].per]}.parquet"

    def files(self, name: str) -> list[str]:
        """List the tables of a measure for all subsets."""
        found = (self.output(name).format(**subset._asdict()) for subset in self._study.umaps.regular)
        return list(dict.fromkeys(found))

    def subsets(self, name: str, wildcards: Mapping[str, str]) -> list[UmapKey]:
        """List the subsets that one job measures."""
        fixed = {key: value for key, value in wildcards.items() if key in UmapKey._fields}
        return [
            subset
            for subset in self._study.umaps.regular
            if all(str(getattr(subset, key)) == value for key, value in fixed.items())
        ]

    def inputs(self, name: str, wildcards: Mapping[str, str]) -> dict[str, list[str]]:
        """Return the tables that one job reads and, for samples, the feature stores behind them."""
        subsets = self.subsets(name, wildcards)
        if self.declared[name].on == "umap":
            return {"tables": _unique(f"<results>/umaps/{s.scope}/{s.representation}_k{s.k}.parquet" for s in subsets)}
        return {
            "tables": _unique(f"<results>/samples/{s.scope}/{s.representation}_k{s.k}.parquet" for s in subsets),
            "features": _unique(
                f"<results>/features/{s.representation}/{shard}.h5"
                for s in subsets
                for shard in self._study.umaps.sampled_shards(s.scope, s.k)
            ),
        }

    def jobs(self, sizes: Any) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return {f"measure_{name}": self._job(name, sizes) for name in self.declared}

    def _job(self, name: str, sizes: Any) -> Callable[[Any], Job]:
        entry = self.declared[name].entry

        def job(wildcards: Any) -> Job:
            fixed = {key: getattr(wildcards, key) for key in UmapKey._fields if hasattr(wildcards, key)}
            return entry.job(sizes, self.subsets(name, fixed))

        return job


def _unique(paths: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(paths))
