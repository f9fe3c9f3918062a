"""The clips of a study, counted in groups before the first of them is there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import soundfile

from uads.corpora.base import Corpus
from uads.corpora.dcase.years import YEARS

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


def nominal_seconds(_: str) -> float:
    """Return the length that any clip is taken to have."""
    return NOMINAL_SECONDS


def seconds_of(path: str) -> float | None:
    """Read how long a clip is from its header; None for a file that is no audio."""
    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, OSError):
        return None


def clip_groups(
    corpus: Corpus, counts: Sequence[Mapping[str, str]], length: Callable[[str], float | None] = seconds_of
) -> Iterator[ClipGroup]:
    """Count the clips of a corpus by machine and kind of shard; ``length`` tells that of a user's clips."""
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


def _on_disk(corpus: Corpus, length: Callable[[str], float | None]) -> Iterator[ClipGroup]:
    """Count a user's clips; a file that is no audio counts for nothing here."""
    if corpus.source == "table":
        from uads.corpora.table import read_clip_csv

        table = read_clip_csv(str(corpus.path))
        table = table[table["machine"].isin(corpus.machines)]
        groups = {
            (str(machine), str(split)): rows["path"].tolist()
            for (machine, split), rows in table.groupby(["machine", "split"])
        }
    else:
        from uads.corpora.files import find_audio

        groups = {("", "external"): [str(path) for path in find_audio(str(corpus.path))]}
    for (machine, kind), paths in groups.items():
        lengths = [seconds for path in paths if (seconds := length(path)) is not None]
        if lengths:
            mean = sum(lengths) / len(lengths)
            splits = 1 if kind == "external" else (4 if kind == "test" else 2) * max(1, len(corpus.sections))
            yield ClipGroup(corpus.name, machine, kind, len(lengths), mean, splits)
