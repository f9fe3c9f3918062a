"""What the stages of a study write and take: downloads and audio by corpus, everything else by rule.

Sizes follow from the clips: where the dataset table knows an archive's bytes they are *known*, all else is *estimated*
from clip counts and lengths.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from uads.study.clip_groups import ClipGroup
from uads.study.dag import PlannedJob
from uads.study.resources import Request
from uads.study.study import Study

#: Bytes of an archive per byte of the 16-bit audio in it, as the sizes that are known suggest.
PACKED = 0.86
#: Rules whose jobs make the audio of a corpus, and what they do with it.
AUDIO = {"unpack_archive": "unpack", "synthesize_corpus": "synthesize", "synthesize_external": "synthesize"}
#: Stages that write less than this, and take less time on one core, are added up in one line.
SMALL_BYTES, SMALL_SECONDS = 1_000_000, 60


@dataclass(frozen=True)
class Stage:
    """One stage of a study.

    Attributes
    ----------
    name : str
    n_files : int
        Downloaded, unpacked or written; without those in folders that a job writes.
    n_bytes : float
        Of these files.
    n_jobs : int, default 0
    memory_mb : int, default 0
        That one of its jobs asks for, at most.
    core_seconds : float, default 0
        Of all its jobs without a GPU.
    gpu_seconds : float, optional
        Of all its jobs on a GPU; None if they have no use for one.
    estimated : str, default ""
        Of a download: whose size is not known.
    """

    name: str
    n_files: int
    n_bytes: float
    n_jobs: int = 0
    memory_mb: int = 0
    core_seconds: float = 0
    gpu_seconds: float | None = None
    estimated: str = ""


def stages_of(
    study: Study, groups: Sequence[ClipGroup], requested: Iterable[tuple[PlannedJob, Request]]
) -> list[Stage]:
    """List the stages of a study: downloads, then jobs.

    Parameters
    ----------
    study : Study
    groups : sequence of ClipGroup
        All clips of the study.
    requested : iterable of (PlannedJob, Request)
        All jobs that a scheduler is given.
    """
    n_clips: dict[str, int] = {}
    for group in groups:
        n_clips[group.corpus] = n_clips.get(group.corpus, 0) + group.unpacked
    return [*downloads(study, groups), *job_stages(requested, n_clips)]


def downloads(study: Study, groups: Sequence[ClipGroup]) -> Iterator[Stage]:
    """Estimate what is downloaded, without what is there already."""
    for name, corpus in study.corpora.by_name.items():
        rows = study.corpora.wanted_files(name) if corpus.source == "download" else []
        known = [int(row["bytes"]) for row in rows if row["bytes"]]
        if len(known) < len(rows):
            total = round(PACKED * sum(group.n_bytes for group in groups if group.corpus == name))
            estimated = f"{len(rows) - len(known)} of {len(rows)} archives of {name}"
            yield Stage(f"download {name}", len(rows), max(total, sum(known)), estimated=estimated)
        elif rows:
            yield Stage(f"download {name}", len(rows), sum(known))


def job_stages(requested: Iterable[tuple[PlannedJob, Request]], n_clips: Mapping[str, int]) -> list[Stage]:
    """Add up the jobs of each rule; rules that write and take little become one stage.

    Parameters
    ----------
    requested : iterable of (PlannedJob, Request)
    n_clips : mapping
        Clips of each corpus that are unpacked or synthesized.
    """
    jobs: dict[str, list[Stage]] = {}
    for job, request in requested:
        n_files, name = job.n_outputs, job.rule
        if job.rule in AUDIO:
            corpus = job.wildcards["corpus"]
            n_files, name = (
                0 if jobs.get(f"{AUDIO[job.rule]} {corpus}") else n_clips[corpus],
                f"{AUDIO[job.rule]} {corpus}",
            )
        one = Stage(name, n_files, request.output_bytes, 1, request.mem_mb, request.core_seconds, request.gpu_seconds)
        jobs.setdefault(name, []).append(one)
    stages = [_joined(name, own) for name, own in jobs.items()]
    small = [stage for stage in stages if stage.n_bytes < SMALL_BYTES and stage.core_seconds < SMALL_SECONDS]
    return [stage for stage in stages if stage not in small] + ([_joined("others", small)] if small else [])


def _joined(name: str, stages: Sequence[Stage]) -> Stage:
    on_gpu = [stage.gpu_seconds for stage in stages if stage.gpu_seconds is not None]
    return Stage(
        name,
        sum(stage.n_files for stage in stages),
        sum(stage.n_bytes for stage in stages),
        sum(stage.n_jobs for stage in stages),
        max(stage.memory_mb for stage in stages),
        sum(stage.core_seconds for stage in stages),
        sum(on_gpu) if on_gpu else None,
    )


def bytes_there(study: Study) -> int:
    """Count the bytes of the study that are on the disk already."""
    folders = [Path("results", study.name)]
    folders += [Path("resources", kind, name) for kind in ("downloads", "corpora") for name in study.corpora.by_name]
    files = (path for folder in folders for path in folder.rglob("*"))
    return sum(path.stat().st_size for path in files if path.is_file())


def bytes_lacking(n_bytes: float, there: float, free: float) -> float:
    """Return how many bytes the disk lacks for what is not there yet; 0 or less if the study fits.

    Parameters
    ----------
    n_bytes, there, free : float
        Of the whole study, of what is there already, and of what is free.
    """
    return max(0, n_bytes - there) - free
