"""The feature stores of a study: which representations are extracted together, and from which shards."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from uads.core.entry import Job, Jobs
from uads.representations.base import Representation
from uads.study.corpora import CorporaView
from uads.study.detectors import DetectorsView
from uads.study.representations import RepresentationsView
from uads.study.umaps import UmapsView


@dataclass(frozen=True)
class Extraction:
    """Representations of one kind that one job extracts from a shard.

    A representation belongs to one extraction only, so that each of its stores has one rule.

    Attributes
    ----------
    rule : str
        Name of the rule that is made for it.
    spec : Representation
        The declaration of the kind.
    representations : tuple of str
    shards : tuple of str
        The shards whose frames the study reads.
    weights : str, optional
        Path of published weights.
    """

    rule: str
    spec: Representation
    representations: tuple[str, ...]
    shards: tuple[str, ...]
    weights: str | None


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
    def extractions(self) -> list[Extraction]:
        """List what is extracted together: representations of a kind that the same consumers read of the same shards.

        Kinds whose representations share no pass over the clips have an extraction for each.
        """
        groups: dict[tuple[Any, ...], list[str]] = {}
        for name, (consumers, shards) in self._asked.items():
            together = None if self._representations.spec(name).shares_pass else name
            groups.setdefault((self._representations.kind(name), consumers, shards, together), []).append(name)
        taken: dict[str, Extraction] = {}
        for (kind, consumers, shards, _), names in groups.items():
            spec = self._representations.spec(names[0])
            common = f"extract_{kind}s"
            is_main = spec.shares_pass and consumers == ("umaps",) and common not in taken
            rule = common if is_main else f"extract_{'_'.join(names)}"
            weights = self._representations.weights(names[0])
            taken[rule] = Extraction(rule, spec, tuple(names), shards, weights)
        return list(taken.values())

    @cached_property
    def _asked(self) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
        """Map each representation that is read to its consumers and shards."""
        shards: dict[str, dict[str, set[str]]] = {}
        for umap in self._umaps.every:
            sampled = self._umaps.sampled_shards(umap.scope, umap.k)
            shards.setdefault(umap.representation, {}).setdefault("umaps", set()).update(sampled)
        scored = self._corpora.studied.shard_names("train", "test", "evaluation")
        for name in self._detectors.representations:
            shards.setdefault(name, {}).setdefault("detectors", set()).update(scored)
        return {name: (tuple(own), tuple(sorted(set().union(*own.values())))) for name, own in shards.items()}

    def jobs(self, sizes: Any) -> Jobs:
        """Return entry and work of the jobs of each rule."""
        return {extraction.rule: _job(extraction, sizes) for extraction in self.extractions}


def _job(extraction: Extraction, sizes: Any) -> Callable[[Any], Job]:
    return lambda wildcards: extraction.spec.extract.job(sizes, extraction.representations, wildcards.shard)
