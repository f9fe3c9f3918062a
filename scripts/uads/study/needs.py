"""What each job asks of a scheduler, and what all jobs of a study come to.

How much work a job has follows from the study and from the clip counts, so that it is known before the first
clip is there; ``config/needs.csv`` says what a unit of that work takes. A request has room to spare, and grows
with each attempt.
"""

import csv
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from uads.study.budget import (
    BYTES_PER_NUMBER,
    BYTES_PER_STACK,
    ClipGroup,
    as_size,
    bins,
    clip_groups,
    n_frames,
    stored_frame_bytes,
)
from uads.study.study import Study

#: By how much a request exceeds what is expected.
SPARE_TIME, SPARE_MEMORY, SPARE_DISK = 3.0, 1.3, 1.2
#: Requests are rounded up to multiples of these, which are the least, too.
MINUTES_STEP, MEGABYTES_STEP = 10, 100
#: Seconds that a clip on disk is taken to have, whose header would cost too much to read for each command.
NOMINAL_SECONDS = 10.0
#: Bytes per sample of the table of samples, and of neighbours and layout.
BYTES_PER_SAMPLE = 250
#: Bytes in memory per sample: of an approximate search for neighbours, and of UMAP's graph and layout.
SEARCH_BYTES, LAYOUT_BYTES = 3400, 1800
#: Bytes that Keras and its backend take in memory.
BACKEND_BYTES = 1e9

#: Said below each table of requests.
BASIS = (
    "Memory, time and disk are the largest that one job of a rule asks for at its first attempt, with room to spare; "
    "hours are what all its jobs are expected to take: on cores alone, and on GPUs where these count for ten cores "
    "each (assumed, not measured). config/needs.csv says what was measured. Downloads run where Snakemake runs."
)


@dataclass(frozen=True)
class Measured:
    """A line of ``config/needs.csv``: what the jobs of one rule take.

    Parameters
    ----------
    unit : str
        Of work.
    threads : int
        That the rule states.
    core_seconds : float
        Before the first unit.
    per_unit : float
        Core seconds of each.
    mem_mb : float
        Before the first unit.
    mem_factor : float
        Peak memory per byte that a job holds (:attr:`Amount.held`).
    gpu_speedup : float, optional
        How many cores a GPU counts for; None for rules that have no use for one.
    """

    unit: str
    threads: int
    core_seconds: float
    per_unit: float
    mem_mb: float
    mem_factor: float
    gpu_speedup: float | None


@dataclass(frozen=True)
class Amount:
    """The work of one job: units of it, bytes held at a time, and bytes written."""

    units: float = 0
    held: float = 0
    written: float = 0


@dataclass(frozen=True)
class Request:
    """What one job asks for."""

    rule: str
    mem_mb: int
    runtime: int
    disk_mb: int
    core_seconds: float
    gpu_seconds: float | None


def read_needs(path: str | Path, rates: Mapping[str, float]) -> dict[str, Measured]:
    """Read what the jobs of each rule take; a rate that is no number is the name of a benchmark's."""
    with open(path, newline="") as file:
        return {
            row["rule"]: Measured(
                unit=row["unit"],
                threads=int(row["threads"]),
                core_seconds=float(row["core_seconds"]),
                per_unit=rates[row["per_unit"]] if row["per_unit"] in rates else float(row["per_unit"] or 0),
                mem_mb=float(row["mem_mb"]),
                mem_factor=float(row["mem_factor"] or 0),
                gpu_speedup=float(row["gpu_speedup"]) if row["gpu_speedup"] else None,
            )
            for row in csv.DictReader(file)
        }


class Needs:
    """What the jobs of a study take.

    Parameters
    ----------
    study : Study
    counts : sequence of mapping
        See :func:`uads.study.budget.read_clip_counts`.
    measured : mapping of rule to Measured
        See :func:`read_needs`.
    """

    def __init__(self, study: Study, counts: Sequence[Mapping[str, str]], measured: Mapping[str, Measured]):
        self.study = study
        self.measured = measured
        self._counts = counts

    def resources(self, rule: str) -> dict[str, Callable[..., int]]:
        """Give the functions that a rule states as its resources: mem_mb, runtime (minutes), disk_mb and group_cores.

        ``group_cores`` are the job's cores under a name that a profile can bound for jobs that are submitted together:
        those that exceed the bound run after the others, instead of all asking for their cores side by side.
        """
        return {
            "mem_mb": lambda wildcards, attempt: attempt * self.request(rule, wildcards).mem_mb,
            "runtime": lambda wildcards, attempt, threads: attempt * self.request(rule, wildcards, threads).runtime,
            "disk_mb": lambda wildcards: self.request(rule, wildcards).disk_mb,
            "group_cores": lambda wildcards, threads: threads,
        }

    def request(self, rule: str, wildcards: Any, threads: int = 1) -> Request:
        """Say what a job asks for at its first attempt.

        Parameters
        ----------
        rule : str
        wildcards : object
            With the rule's wildcards as attributes.
        threads : int, default 1
            Among which a CPU's time is divided. A GPU counts for as many as its speedup, where that is more.
        """
        takes, amount = self.measured[rule], getattr(self, f"_{rule}", _fixed)(wildcards)
        core_seconds = takes.core_seconds + takes.per_unit * amount.units
        seconds = core_seconds / max(threads, takes.gpu_speedup or 1)
        return Request(
            rule,
            mem_mb=_up(SPARE_MEMORY * (takes.mem_mb + takes.mem_factor * amount.held / 1e6), MEGABYTES_STEP),
            runtime=_up(SPARE_TIME * seconds / 60, MINUTES_STEP),
            disk_mb=_up(SPARE_DISK * amount.written / 1e6, MEGABYTES_STEP),
            core_seconds=core_seconds,
            gpu_seconds=None if takes.gpu_speedup is None else core_seconds / takes.gpu_speedup,
        )

    def requests(self) -> Iterator[Request]:
        """Say what every job of the whole study asks for that a scheduler is given."""
        for rule, wildcards in self._jobs():
            yield self.request(rule, SimpleNamespace(**wildcards), self.measured[rule].threads)

    def _jobs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """List the jobs of the whole study."""
        study = self.study
        for name, corpus in study.corpora.by_name.items():
            yield "index_corpus", {"corpus": name}
            if corpus.source == "synthesize" and corpus.role == "external":
                yield "synthesize_external", {"corpus": name}
            elif corpus.source == "synthesize":
                yield from (("synthesize_corpus", {"corpus": name, "machine": machine}) for machine in corpus.machines)
            archives = (file for file in study.corpora.files(name, "") if f"/{name}/unpacked/" in file)
            yield from (("unpack_archive", {"corpus": name, "archive": Path(file).name}) for file in archives)
        for shard in study.umaps.studied_shards:
            if study.umaps.shown_of_kind("spectrogram"):
                yield "extract_spectrograms", {"shard": shard}
            for representation in study.umaps.shown_of_kind("l3"):
                yield "extract_l3", {"shard": shard, "representation": representation}
        if any(study.representations.weights(representation) for representation in study.umaps.shown_of_kind("l3")):
            yield "unpack_weights", {}
        for shard in study.corpora.studied.shard_names("train", "test", "evaluation"):
            yield "extract_logmel", {"shard": shard}
        for representation in study.config["umaps"]["representations"]:
            for k in study.config["stacks"]["sizes"]:
                for shard in sorted(
                    {shard for scope in study.umaps.scopes for shard in study.umaps.sampled_shards(scope, k)}
                ):
                    yield "sort_stacks", {"shard": shard, "representation": representation, "k": k}
        sampled = (umap._replace(scope=study.umaps.sampled_scope(umap.scope)) for umap in study.umaps.every)
        for umap in dict.fromkeys(sampled):
            yield "sample_stacks", umap._asdict()
        for umap in study.umaps.every:
            yield from ((rule, umap._asdict()) for rule in ("find_neighbours", "embed_umap"))
        for kind in ("global", "machine", "section"):
            yield from ((f"plot_{kind}", {}) for _ in study.figures.names([kind]))
        yield from (("plot_paper_figure", {"figure": name}) for name in study.figures.paper)
        yield from (("plot_figure", {"figure": name}) for name in study.figures.more)
        if "autoencoder" in study.detectors.names:
            yield from (
                ("train_autoencoder", {"machine": machine}) for machine in study.corpora.studied.trained_machines
            )
            yield "score_autoencoder", {}
        if "mobilenetv2" in study.detectors.names:
            yield from (
                ("train_mobilenetv2", {"machine": machine}) for machine in study.corpora.studied.trained_machines
            )
            yield "score_mobilenetv2", {}
        if "adacos" in study.detectors.names:
            for member in study.detectors.members:
                yield "train_adacos", {"member": member}
                yield "plot_training", {"member": member}
                yield "embed_adacos", {"member": member}
                yield "score_adacos_member", {"member": member}
            yield "score_adacos", {}
        yield from (("write_submission", {"detector": detector}) for detector in study.detectors.submissions)
        yield from ((f"tabulate_{table}", {}) for table in study.tables.names)
        yield from (("write_methods", {}), ("tabulate_exclusions", {}))

    # ---- the work of one job, by rule ------------------------------------------------------------

    @cached_property
    def _groups(self) -> list[ClipGroup]:
        corpora = self.study.corpora.by_name.values()
        return [group for corpus in corpora for group in clip_groups(corpus, self._counts, lambda _: NOMINAL_SECONDS)]

    def _clips(self, shard: str) -> Iterator[tuple[ClipGroup, float]]:
        """Give the groups whose clips lie in a shard, and the share of them that does."""
        place = self.study.corpora.shards[shard]
        for group in self._groups:
            if (group.corpus, group.machine, group.kind) == (place.corpus, place.machine, place.kind):
                yield group, 1 / self.study.corpora.by_name[group.corpus].shards

    def _frames(self, representation: str, *shards: str) -> float:
        parameters = self.study.config["representations"][representation]
        return sum(share * n_frames(group, parameters) for shard in shards for group, share in self._clips(shard))

    def _frame_bytes(self, representation: str) -> int:
        """Count the bytes of a frame in memory."""
        return BYTES_PER_NUMBER * bins(self.study.config["representations"][representation])

    def _stored_bytes(self, representation: str, shard: str) -> float:
        """Count the bytes of a feature store, at most."""
        return self._frames(representation, shard) * stored_frame_bytes(
            self.study.config["representations"][representation]
        )

    def _sound(self, corpus: str, share: float = 1) -> Amount:
        """The work on all or a share of the sound of a corpus."""
        own = [group for group in self._groups if group.corpus == corpus]
        n_bytes = share * sum(group.n_bytes or group.clips * group.seconds * 32000 for group in own)
        return Amount(n_bytes, written=n_bytes)

    def _synthesize_corpus(self, wildcards: Any) -> Amount:
        return self._sound(wildcards.corpus, 1 / len(self.study.corpora.by_name[wildcards.corpus].machines))

    def _synthesize_external(self, wildcards: Any) -> Amount:
        return self._sound(wildcards.corpus)

    def _unpack_archive(self, wildcards: Any) -> Amount:
        files = self.study.corpora.files(wildcards.corpus, "")
        return self._sound(wildcards.corpus, 1 / max(1, sum("/unpacked/" in file for file in files)))

    def _index_corpus(self, wildcards: Any) -> Amount:
        return Amount(self._sound(wildcards.corpus).units)

    def _spectrograms(self, names: Sequence[str], shard: str) -> Amount:
        if not names:
            return Amount()
        written = sum(self._stored_bytes(name, shard) for name in names)
        return Amount(max(self._frames(name, shard) for name in names), written=written)

    def _extract_spectrograms(self, wildcards: Any) -> Amount:
        return self._extraction("extract_spectrograms", wildcards)

    def _extract_logmel(self, wildcards: Any) -> Amount:
        return self._extraction("extract_logmel", wildcards)

    def _extract_l3(self, wildcards: Any) -> Amount:
        return self._extraction("extract_l3", wildcards)

    def _extraction(self, rule: str, wildcards: Any) -> Amount:
        names = [one.representations for one in self.study.features.extractions if one.rule == rule]
        return self._spectrograms([name for own in names for name in own], wildcards.shard)

    def _sort_stacks(self, wildcards: Any) -> Amount:
        frames = self._frames(wildcards.representation, wildcards.shard)
        return Amount(frames, held=40 * frames, written=BYTES_PER_STACK * frames)

    def samples(self, scope: str, representation: str, k: int | str) -> float:
        """Count the samples of a subset, at most: what is asked of each dataset split, or what there is."""
        wanted = self.study.umaps.counts(scope, k)
        parameters = self.study.config["representations"][representation]
        total = 0.0
        for group in self._groups:
            if group.kind == "external":
                total += min(wanted["external"], n_frames(group, parameters))
            elif group.kind in wanted and group.machine in self.study.umaps.machines_of(scope):
                splits = group.splits / (2 if group.kind == "test" else 1)  # a split holds normal and anomalous clips
                total += min(wanted[group.kind] * splits, n_frames(group, parameters))
        return total

    def _sampled(self, wildcards: Any) -> Amount:
        samples = self.samples(wildcards.scope, wildcards.representation, wildcards.k)
        matrix = samples * int(wildcards.k) * self._frame_bytes(wildcards.representation)
        return Amount(samples, held=matrix, written=BYTES_PER_SAMPLE * samples)

    def _sample_stacks(self, wildcards: Any) -> Amount:
        samples = self._sampled(wildcards)
        return Amount(samples.units, held=2 * samples.written, written=samples.written)

    def _find_neighbours(self, wildcards: Any) -> Amount:
        samples = self._sampled(wildcards)
        held = 2 * samples.held + SEARCH_BYTES * samples.units  # the matrix, and it centred
        backend = BACKEND_BYTES if self.study.config["umaps"]["accelerate"] else 0
        return Amount(samples.held / BYTES_PER_NUMBER, held + backend, samples.written)

    def _embed_umap(self, wildcards: Any) -> Amount:
        samples = self._sampled(wildcards)
        held = 2 * samples.held + LAYOUT_BYTES * samples.units  # umap-learn takes a copy of the matrix
        return Amount(samples.units, held, samples.written)

    def _pixels(self, kind: str) -> Amount:
        figures = self.study.config["figures"]
        width, height = figures["size"]
        pixels = width * height * figures["dpi"][kind] ** 2
        return Amount(pixels, held=4 * pixels, written=pixels * len(figures["formats"]))

    def _plot_global(self, _: Any) -> Amount:
        return self._pixels("global")

    def _plot_machine(self, _: Any) -> Amount:
        return self._pixels("machine")

    def _plot_section(self, _: Any) -> Amount:
        return self._pixels("section")

    def _plot_figure(self, wildcards: Any) -> Amount:
        return self._pixels(self.study.figures.more[wildcards.figure]["kind"])

    def _plot_paper_figure(self, wildcards: Any) -> Amount:
        return self._pixels(self.study.figures.paper[wildcards.figure]["kind"])

    def _train_autoencoder(self, wildcards: Any) -> Amount:
        settings = self.study.config["detectors"]["autoencoder"]
        frames = self._frames(
            settings["representation"], *self.study.corpora.studied.shard_names("train", machine=wildcards.machine)
        )
        seen = min(frames, 2 * settings["max_stacks"]) if settings["max_stacks"] else frames
        return Amount(seen * settings["epochs"], frames * self._frame_bytes(settings["representation"]), 1e7)

    def _score_autoencoder(self, _: Any) -> Amount:
        name = self.study.config["detectors"]["autoencoder"]["representation"]
        frames = [
            self._frames(name, *self.study.corpora.studied.shard_names("train", "test", "evaluation", machine=machine))
            for machine in self.study.corpora.studied.trained_machines
        ]
        return Amount(sum(frames), max(frames) * self._frame_bytes(name))

    def _images(self, machine: str, *kinds: str, hop: int) -> Amount:
        """The work of MobileNetV2 on the images of a machine's clips of some kinds."""
        name = self.study.config["detectors"]["mobilenetv2"]["representation"]
        frames = self._frames(name, *self.study.corpora.studied.shard_names(*kinds, machine=machine))
        return Amount(frames / hop, frames * self._frame_bytes(name))

    def _train_mobilenetv2(self, wildcards: Any) -> Amount:
        settings = self.study.config["detectors"]["mobilenetv2"]
        all_images = self._images(wildcards.machine, "train", hop=settings["hop"])
        seen = min(all_images.units, 2 * settings["max_images"]) if settings["max_images"] else all_images.units
        return Amount(seen * settings["epochs"], all_images.held, 2e7)

    def _score_mobilenetv2(self, _: Any) -> Amount:
        settings = self.study.config["detectors"]["mobilenetv2"]
        amounts = [
            self._images(machine, *kinds, hop=hop)
            for machine in self.study.corpora.studied.trained_machines
            for kinds, hop in ((("train",), settings["hop"]), (("test", "evaluation"), settings["test_hop"]))
        ]
        return Amount(sum(amount.units for amount in amounts), max(amount.held for amount in amounts))

    def _train_adacos(self, _: Any) -> Amount:
        settings = self.study.config["detectors"]["adacos"]
        return self._all_clips("train", times=settings["epochs"])

    def _embed_adacos(self, _: Any) -> Amount:
        settings = self.study.config["detectors"]["adacos"]
        return self._all_clips("train", "test", "evaluation", times=len(settings["checkpoints"]))

    def _score_adacos_member(self, _: Any) -> Amount:
        settings = self.study.config["detectors"]["adacos"]
        return self._all_clips("train", "test", "evaluation", times=len(settings["checkpoints"]))

    def _all_clips(self, *kinds: str, times: int) -> Amount:
        """The work of AdaCos on all clips of some kinds, several times over."""
        settings = self.study.config["detectors"]["adacos"]
        frames = self._frames(settings["representation"], *self.study.corpora.studied.shard_names(*kinds))
        seen = sum(group.clips for group in self._groups if group.kind in kinds) * settings["frames"] * times
        return Amount(seen, frames * self._frame_bytes(settings["representation"]), written=2e8)


def _fixed(_: Any) -> Amount:
    """The work of a job that takes as long for any study."""
    return Amount()


def _up(value: float, step: int) -> int:
    """Round up to a multiple of a step, and to one at least."""
    return step * max(1, math.ceil(value / step))


def tabulate(requests: Sequence[Request]) -> list[tuple[str, ...]]:
    """Lay requests out by rule: jobs, the largest request of each kind, core hours without a GPU, and GPU hours.

    Returns
    -------
    list of tuple of str
        Head line, a line for each rule in the order in which they come, and the sum.
    """
    head = ("rule", "jobs", "memory", "time", "disk", "disk of all", "core hours", "GPU hours")
    rules = list(dict.fromkeys(request.rule for request in requests))
    own = {rule: [request for request in requests if request.rule == rule] for rule in rules}
    return [head, *(_line(rule, own[rule]) for rule in rules), _line("in all", requests)]


def _line(name: str, requests: Sequence[Request]) -> tuple[str, ...]:
    gpu = [request.gpu_seconds for request in requests if request.gpu_seconds is not None]
    return (
        name,
        f"{len(requests):,}",
        as_size(10**6 * max(request.mem_mb for request in requests)),
        _hours_and_minutes(max(request.runtime for request in requests)),
        as_size(10**6 * max(request.disk_mb for request in requests)),
        as_size(10**6 * sum(request.disk_mb for request in requests)),
        f"{sum(request.core_seconds for request in requests) / 3600:,.1f}",
        f"{sum(gpu) / 3600:,.1f}" if gpu else "",
    )


def _hours_and_minutes(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d} h"


def describe_requests(requests: Sequence[Request]) -> str:
    """Lay requests out for the terminal."""
    rows = tabulate(requests)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not column else cell.rjust(width) for column, (cell, width) in line).rstrip()
        for line in (enumerate(zip(row, widths, strict=True)) for row in rows)
    )


def as_markdown(requests: Sequence[Request]) -> str:
    """Lay requests out as a Markdown table."""
    head, *rows = tabulate(requests)
    rule = ("---", *("---:" for _ in head[1:]))
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))
