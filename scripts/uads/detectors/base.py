"""The contract of a detector, and the registry: every folder here with a ``spec.py`` is a kind of detector.

``spec.py`` declares ``SPEC = Detector(...)``. The functions behind the entries have one signature for all kinds::

    train(frames: ClipFrames, member, training, model: Path, job) -> history (DataFrame)
    infer(frames: ClipFrames, model: Path, member, training, job) -> Outputs
    score(inputs, member, back_end, job) -> DataFrame (clip, a column per component)
    combine(clips, [(member, components)], how, decision) -> score set of training and test clips

``training`` is the block of that name with the member's overrides; ``inputs`` are the :class:`Outputs` of ``infer``, or
the :class:`ClipFrames` of a kind without ``infer``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from uads.core.entry import Entry
from uads.core.settings import Settings
from uads.corpora.base import Corpus
from uads.detectors.job import Member

#: Name of the member that holds the models of all machines.
ALL = "all"
#: The detector's own name in :attr:`ScoreSet.inputs`.
OWN = ""


class DetectorSettings(Settings):
    """Settings of a detector: ``training``, ``back_end`` and ``decision`` are blocks of each kind's own."""

    representation: str = Field("logmel", description="The representation that the detector reads.")


class PerMachineSettings(DetectorSettings):
    """Settings of a detector with models of its own for each machine."""

    unit: Literal["machine", "all"] = Field(
        "machine", description="The work of one job: a machine, or all machines. The results are the same."
    )


@dataclass(frozen=True)
class ScoreSet:
    """One score per clip, made of the components of some members.

    Attributes
    ----------
    label : str
        Heading of its columns in tables.
    inputs : tuple of (detector, member)
        The detector is :data:`OWN` in declarations.
    combine : str, default "sum"
        How the components are combined, passed to the detector's ``combine``.
    control : bool, default False
        Whether tables leave it out when they mark the best value.
    note : str, default ""
        A note below tables that show it.
    """

    label: str
    inputs: tuple[tuple[str, str], ...]
    combine: str = "sum"
    control: bool = False
    note: str = ""


@dataclass(frozen=True)
class Detector:
    """A kind of detector.

    Attributes
    ----------
    title, reference : str
    methods : str
        Sentences for the page of methods: a format string over the settings.
    Settings : type
        Has the blocks ``training``, ``back_end`` and ``decision``, and what defines the members.
    members : callable
        ``members(settings, corpus)`` lists the members.
    score_sets : callable
        ``score_sets(settings, members)`` maps the end of a score set's name to the score set; "" is the detector's own.
    train, infer : Entry or None
        None for a kind without training, which is scored from feature stores.
    score, combine : Entry
    missing : callable
        ``missing(settings, corpus)`` returns what the detector needs and the corpus does not have, or None.
    reads_test_domain : bool, default False
        Whether the score of a test clip depends on its domain, which some challenges keep secret.

    Notes
    -----
    Workloads of train, infer and score are called with (sizes, corpus, settings, member), those of combine with
    (sizes, corpus, settings, score set).
    """

    title: str
    reference: str
    methods: str
    Settings: type[DetectorSettings]
    members: Callable[[Any, Corpus], Sequence[Member]]
    score_sets: Callable[[Any, Sequence[Member]], Mapping[str, ScoreSet]]
    train: Entry | None
    infer: Entry | None
    score: Entry
    combine: Entry
    missing: Callable[[Any, Corpus], str | None]
    reads_test_domain: bool = False


@cache
def kinds() -> dict[str, Detector]:
    """Map the name of every kind of detector to its declaration."""
    folders = sorted(path.parent.name for path in Path(__file__).parent.glob("*/spec.py"))
    return {name: import_module(f"uads.detectors.{name}.spec").SPEC for name in folders}


def own_inputs(members: Sequence[Member]) -> tuple[tuple[str, str], ...]:
    """Return members of the declared detector as inputs of a score set."""
    return tuple((OWN, member.name) for member in members)


def per_machine(settings: PerMachineSettings, corpus: Corpus) -> list[Member]:
    """List one member for each machine with training clips, or one for all."""
    machines = tuple(corpus.trained_machines)
    if settings.unit == "all":
        return [Member(ALL, machines)] if machines else []
    return [Member(machine, (machine,)) for machine in machines]


def one_score_set(label: str) -> Callable[[Any, Sequence[Member]], dict[str, ScoreSet]]:
    """Return a function that declares one score set of all members."""
    return lambda settings, members: {"": ScoreSet(label, own_inputs(members))}


def needs_training_clips(settings: DetectorSettings, corpus: Corpus) -> str | None:
    """Return what is missing where a corpus has no training clips."""
    return None if corpus.trained else "training clips"


def clips_of(corpus: Corpus, machine: str, *kinds: str) -> list[str]:
    """List the shards with the clips of a machine that a detector reads: of some kinds, or of all."""
    return corpus.shard_names(*(kinds or ("train", "test", "evaluation")), machine=machine)
