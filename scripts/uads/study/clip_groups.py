"""The clips of a study, counted in groups before the first of them is there."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import soundfile

from uads.corpora.base import Corpus
from uads.corpora.dcase.years import YEARS

if TYPE_CHECKING:
    import pandas as pd

#: At most so many of a user's clips of one shard, evenly spread, are opened to learn their lengths.
OPENED = 200
#: Seconds that a user's clip is taken to have where reading its header would cost too much: for each command.
NOMINAL_SECONDS = 10.0


@dataclass(frozen=True)
class ClipGroup:
    """Clips that go the same way through the study.

    Parameters
    ----------
    corpus, machine : str
    kind : {"train", "test", "evaluation", "external"}
        The kind of shard.
    clips : int
    seconds : float
        Mean length of a clip.
    splits : int
        How many dataset splits and labels there are among them.
    unpacked : int, default 0
        Clips that are unpacked or synthesized to have them: those of all sections that their archive holds.
    n_bytes : int, default 0
        Of the audio of these.
    """

    corpus: str
    machine: str
    kind: str
    clips: int
    seconds: float
    splits: int
    unpacked: int = 0
    n_bytes: int = 0


def seconds_of(path: str) -> float | None:
    """Read how long a clip is from its header; None for a file that is no audio."""
    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, OSError):
        return None


def clip_groups(
    corpus: Corpus, counts: Sequence[Mapping[str, str]], length: Callable[[str], float | None] | None = None
) -> Iterator[ClipGroup]:
    """Count the clips of a corpus by machine and kind of shard.

    Parameters
    ----------
    corpus : Corpus
    counts : sequence of mapping
        See :func:`uads.corpora.layouts.clip_counts`.
    length : callable, optional
        Returns the seconds of one of a user's clips, None for what is no audio; by default all have
        :data:`NOMINAL_SECONDS`.
    """
    if corpus.source == "synthesize":
        yield from _synthesized(corpus)
    elif corpus.source == "download":
        yield from _published(corpus, counts)
    else:
        yield from _on_disk(corpus, length)


def _synthesized(corpus: Corpus) -> Iterator[ClipGroup]:
    from uads.corpora.plant.layout import PlantSize

    size = PlantSize(**corpus.plant)
    if corpus.role == "external":
        count = corpus.published.stand_in_count(size)  # type: ignore[union-attr]
        yield _group(corpus, "", "external", count.clips, count.seconds, count.sample_rate, 1)
        return
    blind = [section for section in corpus.sections if (corpus.machines[0], section) not in corpus.labelled]
    shown = len(corpus.sections) - len(blind)
    for machine in corpus.machines:
        train = len(corpus.sections) * (size.train_source + size.train_target)
        yield _group(corpus, machine, "train", train, size.seconds, 16000, 2 * len(corpus.sections))
        yield _group(corpus, machine, "test", 4 * shown * size.test, size.seconds, 16000, 4 * shown)
        yield _group(corpus, machine, "evaluation", 4 * len(blind) * size.test, size.seconds, 16000, 4 * len(blind))


def _published(corpus: Corpus, counts: Sequence[Mapping[str, str]]) -> Iterator[ClipGroup]:
    """Count published clips: of a part's sections those that are studied, as if all were of one size."""
    for row in counts:
        if row["layout"] != corpus.layout:
            continue
        clips, seconds, rate = int(row["clips"]), float(row["seconds"]), int(row["sample_rate"])
        if corpus.role == "external":
            yield _group(corpus, "", "external", clips, seconds, rate, 1)
            continue
        year, machine = YEARS[row["layout"]], row["machine"]
        of_part = {(machine, name) for name in year.sections(machine) if year.part(machine, name) == row["part"]}
        if studied := corpus.trained & of_part:
            is_test, is_blind = row["kind"] == "test", not studied & corpus.labelled
            kind = "evaluation" if is_test and is_blind else row["kind"]
            splits = len(studied) * (1 if year.domain else 2) * (2 if is_test else 1)
            yield _group(corpus, machine, kind, clips, seconds, rate, splits, len(studied) / len(of_part))


def _group(
    corpus: Corpus, machine: str, kind: str, clips: int, seconds: float, rate: int, splits: int, share: float = 1
) -> ClipGroup:
    """Make a group of a share of 16-bit clips, all of which have to be unpacked or synthesized."""
    n_bytes = round(clips * seconds * rate * 2)
    return ClipGroup(corpus.name, machine, kind, round(share * clips), seconds, splits, clips, n_bytes)


def _on_disk(corpus: Corpus, length: Callable[[str], float | None] | None) -> Iterator[ClipGroup]:
    """Count a user's clips; a file that is no audio counts for nothing here."""
    if corpus.role == "external":
        from uads.corpora.files import find_audio

        paths = [str(path) for path in find_audio(str(corpus.path))]
        yield from _measured(ClipGroup(corpus.name, "", "external", len(paths), NOMINAL_SECONDS, 1), paths, length)
        return
    from uads.corpora.parsed_csv import count_clips, read_parsed_csv

    counts = _by_shard(corpus, count_clips(str(corpus.path)))
    paths_of = _by_shard(corpus, read_parsed_csv(str(corpus.path))) if length else {}
    for (machine, kind), own in counts.items():
        n_splits = len(own[["section", "domain"]].drop_duplicates()) * (1 if kind == "train" else 2)
        group = ClipGroup(corpus.name, machine, kind, int(own["clips"].sum()), NOMINAL_SECONDS, n_splits)
        yield from _measured(group, paths_of[machine, kind]["path"].tolist() if length else (), length)


def _by_shard(corpus: Corpus, clips: "pd.DataFrame") -> "dict[tuple[str, str], pd.DataFrame]":
    """Return the rows of a corpus by machine and kind of shard."""
    from uads.corpora.table import mark_parts

    clips = mark_parts(clips, corpus.name)
    clips = clips[clips["machine"].isin(corpus.machines) & clips["section"].isin(corpus.sections)]
    is_blind = (clips["split"] == "test") & (clips["part"] == "evaluation")
    kinds = clips["split"].mask(is_blind, "evaluation").rename("kind")
    return {(str(machine), str(kind)): own for (machine, kind), own in clips.groupby(["machine", kinds], sort=False)}


def _measured(
    group: ClipGroup, paths: Sequence[str], length: Callable[[str], float | None] | None
) -> Iterator[ClipGroup]:
    """Yield a group with the mean length of its clips and without files that are no audio, as a part of them shows."""
    if length is None:
        yield group
        return
    opened = paths[:: math.ceil(len(paths) / OPENED)]
    lengths = [seconds for path in opened if (seconds := length(path)) is not None]
    if lengths:
        audio = round(group.clips * len(lengths) / len(opened))
        yield replace(group, clips=audio, seconds=sum(lengths) / len(lengths))
