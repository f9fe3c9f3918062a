"""What a study will fetch, and the disk and time that each stage takes, before anything is downloaded.

Sizes follow from the clips: where the dataset table knows an archive's bytes they are *known*, all
else is *estimated* from clip counts and lengths. Times follow from rates that the benchmarks measured.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soundfile

from uads.corpora.base import Corpus
from uads.corpora.dcase.years import YEARS
from uads.study.study import Study

#: Bytes of an archive per byte of the 16-bit audio in it, as the sizes that are known suggest.
PACKED = 0.86
BYTES_PER_NUMBER = 4
#: On the disk, by a representation's precision.
STORED_BYTES_PER_NUMBER = {"single": 4, "half": 2}
BYTES_PER_STACK = 12
EMBEDDING_SECONDS = 1.0


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


@dataclass(frozen=True)
class Stage:
    """A line of the budget."""

    name: str
    n_files: int
    n_bytes: int
    basis: str
    core_seconds: float | None = None


def read_rates(path: str | Path) -> dict[str, float]:
    """Read what a stage takes of one core for each frame or sample, as the target ``benchmarks`` measured it."""
    with open(path, newline="") as file:
        return {row["stage"]: float(row["core_seconds"]) for row in csv.DictReader(file)}


def read_clip_counts(path: str | Path) -> list[dict[str, str]]:
    """Read the table of published clip counts: layout, machine, part, kind, clips, seconds, sample_rate, source."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def budget(study: Study, counts: Sequence[Mapping[str, str]], rates: Mapping[str, float]) -> list[Stage]:
    """Estimate every stage of a study.

    Parameters
    ----------
    study : Study
    counts : sequence of mapping
        See :func:`read_clip_counts`.
    rates : mapping
        See :func:`read_rates`.

    Returns
    -------
    list of Stage
        In the order in which they are made; stages that take no disk of note are left out.
    """
    groups = [group for corpus in study.corpora.by_name.values() for group in clip_groups(corpus, counts)]
    stages = [*_downloads(study, groups), *_audio(study, groups)]
    for name in dict.fromkeys([*study.umaps.shown_representations, *study.detectors.representations]):
        stages.append(_features(study, name, groups, rates))
    stages += [_stacks(study, name, groups, rates) for name in study.umaps.shown_representations]
    stages.append(_umaps(study))
    return [stage for stage in stages if stage.n_files]


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


def _downloads(study: Study, groups: Sequence[ClipGroup]) -> Iterator[Stage]:
    for name, corpus in study.corpora.by_name.items():
        if corpus.source != "download":
            continue
        rows = study.corpora.wanted_files(name)
        known = [int(row["bytes"]) for row in rows if row["bytes"]]
        if len(known) == len(rows):
            yield Stage(f"download {name}", len(rows), sum(known), "known")
            continue
        total = round(PACKED * sum(group.n_bytes for group in groups if group.corpus == name))
        basis = f"estimated from clip counts; {len(known)} of {len(rows)} sizes known"
        yield Stage(f"download {name}", len(rows), max(total, sum(known)), basis)


def _audio(study: Study, groups: Sequence[ClipGroup]) -> Iterator[Stage]:
    for name, corpus in study.corpora.by_name.items():
        own = [group for group in groups if group.corpus == name]
        verb = {"download": "unpack", "synthesize": "synthesize"}.get(corpus.source)
        if verb:
            n_files, n_bytes = sum(group.unpacked for group in own), sum(group.n_bytes for group in own)
            yield Stage(f"{verb} {name}", n_files, n_bytes, "estimated")


def _features(study: Study, name: str, groups: Sequence[ClipGroup], rates: Mapping[str, float]) -> Stage:
    parameters = study.config["representations"][name]
    chosen = _read_by(study, name, groups)
    frames = sum(n_frames(group, parameters) for group in chosen)
    compressed = parameters.get("compression", "none") != "none"
    return Stage(
        f"features {name}",
        _count_shards(study, chosen),
        frames * stored_frame_bytes(parameters),
        "estimated, at most: they are compressed" if compressed else "estimated",
        frames * _rate_per_frame(study, name, rates),
    )


def _rate_per_frame(study: Study, name: str, rates: Mapping[str, float]) -> float:
    """Say what a frame takes of one core; spectrograms of the UMAP study share the one pass that was measured."""
    if study.config["representations"][name]["kind"] == "l3":
        return rates["L3"]
    together = study.umaps.shown_of_kind("spectrogram")
    return rates["spectrograms"] / (len(together) if name in together else 1)


def _stacks(study: Study, name: str, groups: Sequence[ClipGroup], rates: Mapping[str, float]) -> Stage:
    parameters = study.config["representations"][name]
    sizes = {umap.k for umap in study.umaps.every if umap.representation == name}
    chosen = [group for group in groups if group.kind != "evaluation"]
    frames = sum(n_frames(group, parameters) for group in chosen)
    n_files, stacks = _count_shards(study, chosen) * len(sizes), frames * len(sizes)
    return Stage(f"stacks {name}", n_files, stacks * BYTES_PER_STACK, "estimated", stacks * rates["sort stacks"])


def _umaps(study: Study) -> Stage:
    """Samples, neighbours and layouts: about 250 bytes a sample in all."""
    per_split = {"train": 2, "test": 2}
    total = 0
    for umap in study.umaps.every:
        machines = len(study.umaps.machines_of(umap.scope))
        count = study.umaps.counts(umap.scope, umap.k)
        own = sum(count[kind] * times * len(study.corpora.studied.sections) for kind, times in per_split.items())
        total += 250 * (machines * own + count["external"] * len(study.corpora.external))
    return Stage("samples, neighbours, umaps", 3 * len(study.umaps.every), total, "estimated, at most")


def _read_by(study: Study, name: str, groups: Iterable[ClipGroup]) -> list[ClipGroup]:
    """Keep the groups whose features a representation needs."""
    shown = {"train", "test", "external"} if name in study.umaps.shown_representations else set()
    scored = {"train", "test", "evaluation"} if name in study.detectors.representations else set()
    return [group for group in groups if group.kind in shown | scored]


def n_frames(group: ClipGroup, parameters: Mapping[str, Any]) -> int:
    """Count the frames of a group's clips in a representation."""
    most = parameters.get("clips_per_external_shard" if group.kind == "external" else "clips_per_split")
    clips = group.clips if most is None else min(group.clips, most * group.splits)
    seconds = min(group.seconds, parameters.get("seconds") or group.seconds)
    if parameters["kind"] == "l3":
        return clips * (1 + max(0, round((seconds - EMBEDDING_SECONDS) / parameters["hop_seconds"])))
    return clips * (1 + int(seconds * parameters["sample_rate"]) // parameters["hop_length"])


def bins(parameters: Mapping[str, Any]) -> int:
    """Numbers per frame of a representation."""
    if parameters["kind"] == "l3":
        return parameters["embedding_size"]
    return parameters.get("n_mels") or parameters["n_fft"] // 2 + 1


def stored_frame_bytes(parameters: Mapping[str, Any]) -> int:
    """Count the bytes that a frame of a representation takes on the disk, before it is compressed."""
    return bins(parameters) * STORED_BYTES_PER_NUMBER[parameters.get("precision", "single")]


def _count_shards(study: Study, groups: Iterable[ClipGroup]) -> int:
    return sum(
        study.corpora.by_name[group.corpus].shards if group.kind == "external" else 1 for group in groups if group.clips
    )


def describe(stages: Sequence[Stage], there: int, free: int) -> str:
    """Lay the budget out as a table for the terminal, with what is there already and what is free."""
    rows = [
        (
            stage.name,
            f"{stage.n_files:,}",
            as_size(stage.n_bytes),
            "" if stage.core_seconds is None else as_time(stage.core_seconds),
            stage.basis,
        )
        for stage in stages
    ]
    total = sum(stage.n_bytes for stage in stages)
    rows += [("in all", "", as_size(total), "", ""), ("of that there already", "", as_size(there), "", "")]
    rows += [("free on this disk", "", as_size(free), "", "")]
    rows = [("stage", "files", "disk", "one core", ""), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    table = "\n".join(
        f"{name:<{widths[0]}}  {files:>{widths[1]}}  {size:>{widths[2]}}  {time:>{widths[3]}}  {basis}".rstrip()
        for name, files, size, time, basis in rows
    )
    return f"{table}\nTimes at the rates of config/rates.csv, without a GPU; stages without one were not measured."


def as_size(n_bytes: int) -> str:
    """Write a number of bytes for people."""
    size = float(n_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit in ("B", "kB") else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def as_time(seconds: float) -> str:
    """Write a time for people."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:,.0f} h"


def present(study: Study) -> int:
    """Count the bytes of the study that are on the disk already."""
    folders = [Path("results", study.config["study"])]
    folders += [Path("resources", kind, name) for kind in ("downloads", "corpora") for name in study.corpora.by_name]
    files = (path for folder in folders for path in folder.rglob("*"))
    return sum(path.stat().st_size for path in files if path.is_file())


def lacking(stages: Sequence[Stage], there: int, free: int) -> int:
    """Say how many bytes the disk lacks for what is not there yet; 0 or less if the study fits."""
    return max(0, sum(stage.n_bytes for stage in stages) - there) - free
