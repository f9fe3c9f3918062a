"""Benchmark of starting up: dry run and plan of a study of a user's clips, ten times as large as the published one.

Such commands read the table of clips and no sound, so the study has one silent clip under many names.
"""

import os
import subprocess
import sys
import wave
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml

from uads.benchmarks.measurement import Measurement, compare

TABLE, CONFIG = "clips.csv", "study.yaml"
CLIPS_PER_SECTION = 2000
SECTIONS = [f"{number:02d}" for number in range(6)]
#: Dataset splits and labels of a section, and their shares of its clips.
SPLITS = {
    ("source", "train", "normal"): 0.6,
    ("target", "train", "normal"): 0.1,
    ("source", "test", "normal"): 0.075,
    ("source", "test", "anomaly"): 0.075,
    ("target", "test", "normal"): 0.075,
    ("target", "test", "anomaly"): 0.075,
}
SOUND = "sound.wav"
SAMPLE_RATE = 16000


def write_study(folder: Path, machines: int, clips_per_section: int) -> int:
    """Write the table of clips and the config of a large study, and return the number of clips.

    Parameters
    ----------
    folder : Path
        Empty; it becomes the working folder of the study.
    machines, clips_per_section : int
        Every machine has six sections.

    Notes
    -----
    The clips of all sections are links in one folder, which each section has under a name of its own: a file for each
    of 840,000 clips would take longer to write than anything that is measured.
    """
    names = _clip_names(clips_per_section)
    _write_silence(folder / SOUND)
    (folder / "clips").mkdir()
    for name, *_ in names:
        (folder / "clips" / name).symlink_to(f"../{SOUND}")
    lines = ["path,machine,section,domain,split,label,attributes"]
    for machine in (f"machine{number:03d}" for number in range(machines)):
        (folder / machine).mkdir()
        for section in SECTIONS:
            (folder / machine / section).symlink_to("../clips")
            lines += [
                f"{machine}/{section}/{name},{machine},{section},{domain},{split},{label},speed_{number % 5}"
                for number, (name, domain, split, label) in enumerate(names)
            ]
    (folder / TABLE).write_text("\n".join(lines) + "\n")
    (folder / CONFIG).write_text(yaml.safe_dump(_config()))
    return len(lines) - 1


def _clip_names(count: int) -> list[tuple[str, str, str, str]]:
    """List name, domain, split and label of the clips of a section."""
    return [
        (f"{domain}_{split}_{label}_{number:04d}.wav", domain, split, label)
        for (domain, split, label), share in SPLITS.items()
        for number in range(max(1, round(share * count)))
    ]


def _write_silence(path: Path) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(bytes(2 * 10 * SAMPLE_RATE))


def _config() -> dict[str, Any]:
    """Return what differs from the published study: the machines, and the figures that show them."""
    corpora = [
        {"name": "own", "role": "machines", "source": "table", "path": TABLE},
        {"name": "audioset", "role": "external", "source": "download", "layout": "audioset", "shards": 8},
        {"name": "idmt", "role": "external", "source": "download", "layout": "idmt"},
    ]
    return {"study": "large", "corpora": corpora, "figures": {"paper": None}}


def measure_starting(
    folder: Path, workflow: str | Path, machines: int, clips_per_section: int = CLIPS_PER_SECTION
) -> Iterator[Measurement]:
    """Measure the first dry run of a large study, a later one, and its plan.

    Parameters
    ----------
    folder : Path
        Empty, for the study.
    workflow : path
        The folder of the Snakefile, whose published study is enlarged.
    machines, clips_per_section : int
        See :func:`write_study`.

    Yields
    ------
    Measurement
        The baseline of all rows is one ``pandas.read_csv`` of the table in a process of its own.
    """
    n_clips = write_study(folder, machines, clips_per_section)
    plain = spend(folder, "-c", f"import pandas; pandas.read_csv({TABLE!r}, dtype=str)")
    configs = ("--configfile", str(Path(workflow, "config/published.yaml")), CONFIG)
    common = ("-m", "snakemake", "--snakefile", str(Path(workflow, "Snakefile")), *configs, "--cores", "1")
    listing, plan = (*common, "--dry-run", "--quiet", "rules"), (*common, "plan")
    for stage, command in {"first dry run": listing, "dry run": listing, "plan": plan}.items():
        spent = spend(folder, *command)
        jobs = f" {spent.jobs:,} jobs," if command is listing else ""
        note = f"{n_clips:,} lines of CSV,{jobs} {spent.core_seconds:.1f} core seconds"
        note += f"; baseline: pandas.read_csv, {plain.peak_mb:.0f} MB"
        yield compare(f"large study, {stage}", spent.seconds, plain.seconds, peak_mb=spent.peak_mb, note=note)


@dataclass(frozen=True)
class Spent:
    """What a command took, its children included.

    Attributes
    ----------
    seconds, core_seconds : float
        Wall time and processor time.
    peak_mb : float
        Peak memory of its largest process in 10^6 bytes.
    jobs : int
        How many jobs it printed as the total.
    """

    seconds: float
    core_seconds: float
    peak_mb: float
    jobs: int


def spend(folder: Path, *arguments: str) -> Spent:
    """Run Python with arguments in a folder.

    Raises
    ------
    RuntimeError
        If it fails; the message contains the end of its output.
    """
    output = folder / "output.txt"
    start = perf_counter()
    with open(output, "w") as file:
        process = subprocess.Popen([sys.executable, *arguments], cwd=folder, stdout=file, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text()
    if process.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed: {text[-2000:]}")
    return Spent(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6, _total(text.splitlines()))


def _total(lines: Sequence[str]) -> int:
    cells = (line.split() for line in lines)
    return next((int(row[1]) for row in cells if len(row) == 2 and row[0] == "total" and row[1].isdigit()), 0)
