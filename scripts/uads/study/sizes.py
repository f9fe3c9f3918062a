"""Sizes of a study's data: clips, frames and samples, which follow from the config and from published clip counts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from uads.study.clip_groups import ClipGroup, clip_groups
from uads.study.study import Study

BYTES_PER_NUMBER = 4
#: On the disk, by a representation's precision.
STORED_BYTES_PER_NUMBER = {"single": 4, "half": 2}


class Sizes:
    """Sizes of the data of a study.

    Parameters
    ----------
    study : Study
    counts : sequence of mapping
        See :func:`uads.corpora.layouts.clip_counts`.
    length : callable, optional
        Returns the seconds of one of a user's clips; by default all have a nominal length.

    Attributes
    ----------
    groups : list of ClipGroup
        Groups of clips of all corpora.

    Raises
    ------
    UserError
        If a user's folder holds no audio.
    """

    def __init__(
        self,
        study: Study,
        counts: Sequence[Mapping[str, str]],
        length: Callable[[str], float | None] | None = None,
    ):
        self._corpora = study.corpora
        self._umaps = study.umaps
        self._representations = study.representations
        corpora = self._corpora.by_name.values()
        self.groups: list[ClipGroup] = [one for corpus in corpora for one in clip_groups(corpus, counts, length)]

    @cached_property
    def _groups_of(self) -> dict[tuple[str, str, str], list[ClipGroup]]:
        found: dict[tuple[str, str, str], list[ClipGroup]] = {}
        for group in self.groups:
            found.setdefault((group.corpus, group.machine, group.kind), []).append(group)
        return found

    def _held(self, shard: str) -> Iterator[tuple[ClipGroup, float]]:
        """Yield the groups whose clips lie in a shard, and the share of them that does."""
        place = self._corpora.shards[shard]
        for group in self._groups_of.get((place.corpus, place.machine, place.kind), ()):
            yield group, 1 / self._corpora.by_name[group.corpus].shards

    def _frames_of(self, group: ClipGroup, representation: str) -> int:
        settings = self._representations.by_name[representation]
        most = settings.clips_per_external_shard if group.kind == "external" else settings.clips_per_split
        clips = group.clips if most is None else min(group.clips, most * group.splits)
        return clips * self._representations.frames(representation, group.seconds)

    def frames(self, representation: str, *shards: str) -> float:
        """Count the frames of some shards."""
        return sum(share * self._frames_of(group, representation) for s in shards for group, share in self._held(s))

    def clips(self, *shards: str) -> float:
        """Count the clips of some shards."""
        return sum(share * group.clips for shard in shards for group, share in self._held(shard))

    def frame_bytes(self, representation: str) -> int:
        """Return the bytes of a frame in memory."""
        return BYTES_PER_NUMBER * self._representations.bins(representation)

    def stored_bytes(self, representation: str, shard: str) -> float:
        """Return the bytes of a feature store, at most: it may be compressed."""
        stored = STORED_BYTES_PER_NUMBER[self._representations.by_name[representation].precision]
        return self.frames(representation, shard) * self._representations.bins(representation) * stored

    def samples(self, scope: str, representation: str, k: int | str) -> float:
        """Count the samples of a subset, at most: what is asked of each dataset split, or what there is."""
        wanted = self._umaps.counts(scope, k)
        machines = self._umaps.machines_of(scope)
        total = 0.0
        for group in self.groups:
            if group.kind == "external":
                total += min(wanted["external"], self._frames_of(group, representation))
            elif group.kind in wanted and group.machine in machines:
                splits = group.splits / (2 if group.kind == "test" else 1)  # a split holds normal and anomalous clips
                total += min(wanted[group.kind] * splits, self._frames_of(group, representation))
        return total

    def sound_bytes(self, corpus: str, share: float = 1.0) -> float:
        """Return the bytes of a share of a corpus' sound."""
        own = [group for group in self.groups if group.corpus == corpus]
        return share * sum(group.n_bytes or group.clips * group.seconds * 32000 for group in own)
