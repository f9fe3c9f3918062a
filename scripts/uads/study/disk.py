"""Disk space that a study takes: downloads and audio by corpus, everything else by rule.

Sizes follow from the clips: where the dataset table knows an archive's bytes they are *known*, all else is *estimated*
from clip counts and lengths.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from uads.study.clip_groups import ClipGroup
from uads.study.request_table import as_size, as_time
from uads.study.resources import Request
from uads.study.study import Study

#: Bytes of an archive per byte of the 16-bit audio in it, as the sizes that are known suggest.
PACKED = 0.86
#: Smaller stages are added up in one line.
SMALL_BYTES = 1_000_000
ESTIMATED = "estimated, at most"


@dataclass(frozen=True)
class Stage:
    """A line of the table: what is written in one stage of the study."""

    name: str
    n_files: int
    n_bytes: float
    basis: str
    core_seconds: float | None = None


def sound_stages(study: Study, groups: Sequence[ClipGroup]) -> list[Stage]:
    """Estimate what is downloaded, and the audio that is unpacked or synthesized."""
    return [stage for stage in (*_downloads(study, groups), *_audio(study, groups)) if stage.n_files]


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


def rule_stages(jobs: Iterable[tuple[Request, int]]) -> list[Stage]:
    """Add up what the jobs of each rule write; rules that write little become one stage.

    Parameters
    ----------
    jobs : iterable of (Request, int)
        Of each job: its request, and the number of its files.
    """
    by_rule: dict[str, list[Stage]] = {}
    for request, n_files in jobs:
        one = Stage(request.rule, n_files, request.output_bytes, ESTIMATED, request.core_seconds)
        by_rule.setdefault(request.rule, []).append(one)
    stages = [_joined(rule, own) for rule, own in by_rule.items()]
    small = [stage for stage in stages if stage.n_bytes < SMALL_BYTES]
    return [stage for stage in stages if stage not in small] + ([_joined("others", small)] if small else [])


def _joined(name: str, stages: Sequence[Stage]) -> Stage:
    return Stage(
        name,
        sum(stage.n_files for stage in stages),
        sum(stage.n_bytes for stage in stages),
        ESTIMATED,
        sum(stage.core_seconds or 0 for stage in stages),
    )


def tabulate_disk(stages: Sequence[Stage], there: float, free: float) -> list[tuple[str, ...]]:
    """Tabulate stages, what is there already and what is free: stage, files, disk, one core's time, basis."""
    total = sum(stage.n_bytes for stage in stages)
    rows = [
        (stage.name, f"{stage.n_files:,}", as_size(stage.n_bytes), _time(stage.core_seconds), stage.basis)
        for stage in stages
    ]
    sums = {"in all": total, "of that there already": there, "free on this disk": free}
    return [
        ("stage", "files", "disk", "one core", ""),
        *rows,
        *((name, "", as_size(n_bytes), "", "") for name, n_bytes in sums.items()),
    ]


def _time(seconds: float | None) -> str:
    return "" if seconds is None else as_time(seconds)


def bytes_there(study: Study) -> int:
    """Count the bytes of the study that are on the disk already."""
    folders = [Path("results", study.name)]
    folders += [Path("resources", kind, name) for kind in ("downloads", "corpora") for name in study.corpora.by_name]
    files = (path for folder in folders for path in folder.rglob("*"))
    return sum(path.stat().st_size for path in files if path.is_file())


def bytes_lacking(stages: Sequence[Stage], there: float, free: float) -> float:
    """Return how many bytes the disk lacks for what is not there yet; 0 or less if the study fits."""
    return max(0, sum(stage.n_bytes for stage in stages) - there) - free
