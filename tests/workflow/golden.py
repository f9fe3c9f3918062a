"""Golden lists of every study's jobs and outputs, and the script that writes them: ``python tests/workflow/golden.py``.

A list is the proof that a restructured workflow still makes the same things. Each file in ``tests/workflow/golden``
has one study's rules with their numbers of jobs, and its output paths, relative to ``results/<study>`` (those outside
begin with ``resources/``). Folders with many intermediate files are folded, without loss: folders that hold the same
names share one list of these names.

When to edit them: a step that renames paths or splits jobs writes the lists anew in its own commit, and the commit
message says in a line why. The sets of UMAPs, plots and trained networks are never edited: if one of these changes,
the workflow is wrong.
"""

import csv
import difflib
import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

if not __package__:  # run as a script
    root = Path(__file__).parents[2]
    sys.path[:0] = [str(root), str(root / "scripts")]

from tests.helpers import ROOT, TINY, WorkflowCopy, environment

GOLDEN = ROOT / "tests/workflow/golden"
REGENERATE = "If the change is meant, write the lists anew with: python tests/workflow/golden.py"

#: Folders of intermediate files. Everything else is listed path by path.
FOLDED = ("corpora/", "features/", "neighbours/", "resources/", "samples/", "stacks/")

#: The tests' tiny study with further UMAPs: of a machine, of all machines, of a list of machines.
MORE = TINY | {
    "umaps": TINY["umaps"]
    | {
        "more": {
            "cosine_fan": {"scope": "fan", "representation": "mel", "k": 5, "metric": "cosine", "n_neighbors": 9},
            "cosine_all": {"scope": "global", "representation": "mel", "k": 1, "metric": "cosine"},
            "both": {"scope": ["fan", "valve"], "representation": "logmel", "k": 1, "min_dist": 0.5},
        }
    },
    "figures": TINY["figures"]
    | {"more": {"corner": {"kind": "section", "umap": "cosine_fan", "section": "00", "crop": [0, 1, 0, 1]}}},
}

#: Config files of each study, in the copy of the workflow that is asked; ``overlay.yaml`` is :data:`MORE`.
STUDIES = {
    "embedded": [],
    "embedded_full": ["config/embedded_full.yaml"],
    "published": ["config/published.yaml"],
    "dcase2020": ["config/published.yaml", "config/dcase2020.yaml"],
    "dcase2022": ["config/published.yaml", "config/dcase2022.yaml"],
    "dcase2023": ["config/published.yaml", "config/dcase2023.yaml"],
    "own_clips": ["config/own_clips.yaml", "config/own_clips_example.yaml"],
    "tiny_more_umaps": ["overlay.yaml"],
}


class Plan(NamedTuple):
    """What a full run of one study makes.

    Parameters
    ----------
    jobs : mapping of str to int
        The number of jobs of each rule.
    outputs : set of str
    """

    jobs: Mapping[str, int]
    outputs: frozenset[str]


def copy_with_clips(folder: Path) -> WorkflowCopy:
    """Return a copy of the workflow without downloads or results, and with empty files for the own clips."""
    copy = WorkflowCopy(folder, MORE)
    clips = [folder / "resources/corpora/audioset/clips/air.wav"]
    with (folder / "config/own_clips_example.csv").open(newline="") as lines:
        clips += [(folder / "config" / row["path"]).resolve() for row in csv.DictReader(lines)]
    for clip in clips:
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.touch()
    return copy


def ask(copy: WorkflowCopy, study: str) -> Plan:
    """Return the jobs and outputs that Snakemake lists for a study, offline."""
    command = [sys.executable, ROOT / "tests/workflow/list_jobs.py", *STUDIES[study]]
    done = subprocess.run(command, cwd=copy.folder, env=environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    jobs = json.loads(done.stdout)
    paths = [relative(path) for _, outputs in jobs for path in outputs]
    assert len(paths) == len(set(paths)), "an output has two jobs"
    return Plan(Counter(rule for rule, _ in jobs), frozenset(paths))


def relative(path: str) -> str:
    """Return a path without its ``results/<study>/``."""
    return path.split("/", 2)[2] if path.startswith("results/") else path


def write(plan: Plan, study: str) -> str:
    """Return the text of a golden list."""
    configs = " ".join(STUDIES[study]) or "config/config.yaml"
    folded = {path for path in plan.outputs if path.startswith(FOLDED)}
    return "\n".join(
        [
            f"# A full run with {configs}. See tests/workflow/golden.py.",
            f"\n[jobs] {sum(plan.jobs.values())}",
            *job_lines(plan),
            f"\n[outputs] {len(plan.outputs) - len(folded)}",
            *sorted(plan.outputs - folded),
            f"\n[outputs by folder] {len(folded)}",
            *fold(folded),
            "",
        ]
    )


def fold(paths: Iterable[str]) -> Iterator[str]:
    """Yield folders, each with a slash at its end, and below those that hold the same names these names, indented."""
    names = defaultdict(set)
    for path in paths:
        folder, name = path.rsplit("/", 1)
        names[folder].add(name)
    alike = defaultdict(list)
    for folder in sorted(names):
        alike[tuple(sorted(names[folder]))].append(folder)
    for held, folders in alike.items():
        yield from (f"{folder}/" for folder in folders)
        yield from (f"  {name}" for name in held)


def unfold(lines: Sequence[str]) -> Iterator[str]:
    """Yield the paths that :func:`fold` was given."""
    folders: list[str] = []
    for before, line in zip(["  ", *lines], lines, strict=False):
        if line.startswith("  "):
            yield from (f"{folder}{line.strip()}" for folder in folders)
        else:
            folders = [line] if before.startswith("  ") else [*folders, line]


def read(text: str) -> Plan:
    """Return what a golden list says."""
    parts: dict[str, list[str]] = {}
    for line in filter(None, text.splitlines()[1:]):
        if line.startswith("["):
            part = parts.setdefault(line[1 : line.index("]")], [])
        else:
            part.append(line)
    jobs = {rule: int(number) for rule, number in map(str.split, parts["jobs"])}
    return Plan(jobs, frozenset([*parts["outputs"], *unfold(parts["outputs by folder"])]))


def job_lines(plan: Plan) -> list[str]:
    """Return a line per rule with its number of jobs, sorted by name."""
    return [f"{rule} {number}" for rule, number in sorted(plan.jobs.items())]


def compare(golden: Plan, found: Plan, study: str) -> str:
    """Return a unified diff of two plans with full paths and a line of advice, or nothing if they are equal."""
    before, after = ([*job_lines(plan), *sorted(plan.outputs)] for plan in (golden, found))
    names = (f"tests/workflow/golden/{study}.txt", "what the workflow would make now")
    lines = list(difflib.unified_diff(before, after, *names, lineterm="", n=0))
    return "\n".join([*lines, REGENERATE]) if lines else ""


def main() -> None:
    """Write all golden lists."""
    with TemporaryDirectory() as folder:
        copy = copy_with_clips(Path(folder))
        for study in STUDIES:
            plan = ask(copy, study)
            (GOLDEN / f"{study}.txt").write_text(write(plan, study))
            print(f"{study}: {sum(plan.jobs.values())} jobs, {len(plan.outputs)} outputs")


if __name__ == "__main__":
    main()
