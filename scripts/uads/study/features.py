"""The feature stores of a study: which representations are extracted together, and from which shards."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any

from uads.core.entry import DataSizes, Job, Jobs, Workload, in_sequence
from uads.representations.base import Representation
from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView
from uads.study.representations import RepresentationsView
from uads.study.umaps import UmapsView

#: Core seconds of work up to which the shards of a machine are extracted by one job, so that it starts once only.
SHORT_WORK = 60.0


@dataclass(frozen=True)
class Extraction:
    """Representations of one kind that one job extracts from one or more shards, in one pass over each.

    A store has one rule: no two extractions have both a representation and a shard in common.

    Attributes
    ----------
    rule : str
        Name of the rule that is made for it.
    spec : Representation
        The declaration of the kind.
    representations : tuple of str
    batches : dict
        Maps the name of each job to its shards.
    endings : tuple of str
        What follows the name of a job in the names of its shards.
    weights : str, optional
        Path of published weights.
    """

    rule: str
    spec: Representation
    representations: tuple[str, ...]
    batches: dict[str, tuple[str, ...]]
    endings: tuple[str, ...]
    weights: str | None

    @property
    def shards(self) -> list[str]:
        """List the shards of all jobs."""
        return [shard for batch in self.batches.values() for shard in batch]

    def workload(self, sizes: DataSizes, batch: str) -> Workload:
        """Return the work of one job."""
        return in_sequence(
            self.spec.extract.workload(sizes, self.representations, shard) for shard in self.batches[batch]
        )


class FeaturesView:
    """The feature stores of a study.

    Parameters
    ----------
    corpora : CorporaView
    representations : RepresentationsView
    umaps : UmapsView
    detectors : DetectorsView
    """

    def __init__(
        self,
        corpora: CorporaView,
        representations: RepresentationsView,
        umaps: UmapsView,
        detectors: DetectorsView,
    ):
        self._corpora = corpora
        self._representations = representations
        self._umaps = umaps
        self._detectors = detectors

    @cached_property
    def representations(self) -> list[str]:
        """List the representations that are read by UMAPs or detectors."""
        return list(dict.fromkeys(name for names in self._readers.values() for name in names))

    def extractions(self, sizes: DataSizes) -> list[Extraction]:
        """List what is extracted together.

        Representations share a pass over the clips of a shard if their kind allows it and they want the same clips.
        Jobs take the shards of a machine together where the work of each machine is short.

        Parameters
        ----------
        sizes : uads.study.sizes.Sizes
        """
        found: dict[str, Extraction] = {}
        for names, shards in self._passes:
            spec = self._representations.spec(names[0])
            for endings, batches in self._batches(spec, names, shards, sizes).items():
                rule = self._rule_name(names, chain.from_iterable(batches.values()), found)
                found[rule] = Extraction(rule, spec, names, batches, endings, self._representations.weights(names[0]))
        return list(found.values())

    @cached_property
    def _readers(self) -> dict[str, list[str]]:
        """Map each shard that is read to the representations that UMAPs, then detectors, read of it."""
        readers: dict[str, list[str]] = {}
        for umap in self._umaps.every:
            for shard in self._umaps.sampled_shards(umap.scope, umap.k):
                readers.setdefault(shard, []).append(umap.representation)
        for name in self._detectors.representations:
            for shard in self._corpora.studied.shard_names("train", "test", "evaluation"):
                readers.setdefault(shard, []).append(name)
        return {shard: list(dict.fromkeys(names)) for shard, names in readers.items()}

    @property
    def _passes(self) -> list[tuple[tuple[str, ...], list[str]]]:
        """List representations that share a pass, with the shards in which they do."""
        passes: dict[tuple[str, ...], list[str]] = {}
        for shard, names in self._readers.items():
            together: dict[tuple[Any, ...], list[str]] = {}
            for name in names:
                settings = self._representations.by_name[name]
                clips = (settings.clips_per_split, settings.clips_per_external_shard)
                alone = None if self._representations.spec(name).shares_pass else name
                together.setdefault((self._representations.kind(name), clips, alone), []).append(name)
            for members in together.values():
                passes.setdefault(tuple(members), []).append(shard)
        return list(passes.items())

    def _batches(
        self, spec: Representation, names: Sequence[str], shards: Iterable[str], sizes: DataSizes
    ) -> dict[tuple[str, ...], dict[str, tuple[str, ...]]]:
        """Return the shards of each job by the job's name, grouped by the endings of the shards' names."""
        places: dict[str, list[str]] = {}
        for shard in shards:
            places.setdefault(self._corpora.shards[shard].place, []).append(shard)
        works = [in_sequence(spec.extract.workload(sizes, names, one) for one in own) for own in places.values()]
        if max(work.units for work in works) * spec.extract.cost.seconds_per_unit > SHORT_WORK:
            places = {shard: [shard] for own in places.values() for shard in own}
        batches: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}
        for place, own in places.items():
            endings = tuple(shard.removeprefix(place) for shard in own)
            batches.setdefault(endings, {})[place] = tuple(own)
        return batches

    def _rule_name(self, names: Sequence[str], shards: Iterable[str], taken: Container[str]) -> str:
        """Return a rule name that is not taken: after the kind where UMAPs show what shares a pass."""
        spec, kind = self._representations.spec(names[0]), self._representations.kind(names[0])
        is_main = spec.shares_pass and not set(names).isdisjoint(self._umaps.shown_representations)
        of_kinds = "_".join(dict.fromkeys(self._corpora.shards[shard].kind for shard in shards))
        stems = [f"extract_{kind}s"] * is_main + [f"extract_{'_'.join(names)}"]
        candidates = [name for stem in stems for name in (stem, f"{stem}_{of_kinds}")]
        return next(name for name in candidates if name not in taken)

    def jobs(self, sizes: DataSizes) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return {extraction.rule: _job(extraction, sizes) for extraction in self.extractions(sizes)}


def _job(extraction: Extraction, sizes: DataSizes) -> Callable[[Any], Job]:
    return lambda wildcards: (extraction.spec.extract, extraction.workload(sizes, wildcards.batch))
