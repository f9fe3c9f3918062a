"""What a stage of a detector gets besides its data: the member that it works on, and how the job runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from uads.core.seeds import derive_seed


@dataclass(frozen=True)
class Member:
    """One training job of a detector; of a detector without training, one job of its scores.

    Attributes
    ----------
    name : str
        Part of a path, never parsed.
    machines : tuple of str
        Machines whose clips it sees.
    overrides : mapping
        Settings of its own, which replace those of the detector's block ``training``.
    """

    name: str
    machines: tuple[str, ...]
    overrides: Mapping[str, Any] = field(default_factory=dict)


def member_from(values: Mapping[str, Any]) -> Member:
    """Build a member from the mapping that a rule passes to its job."""
    return Member(values["name"], tuple(values["machines"]), dict(values["overrides"]))


@dataclass(frozen=True)
class Job:
    """How one job runs.

    Attributes
    ----------
    seed : int
        The study's seed.
    kind : str
        The detector's kind: variants of one kind share their random numbers, so that ablations are paired.
    threads : int, default 1
    history : path, optional
        CSV of the losses, written after training; the state of an unfinished training is kept beside it.
    terminal : TextIO, optional
        Where progress is printed; standard output by default.
    code : str, default ""
        Digest of the code; a training is resumed only by the same code.
    """

    seed: int
    kind: str
    threads: int = 1
    history: Path | None = None
    terminal: TextIO | None = None
    code: str = ""

    def seed_of(self, *names: object) -> int:
        """Derive a seed from the study's seed, the kind and further names."""
        return derive_seed(self.seed, self.kind, *names)

    @property
    def state(self) -> Path:
        """Return the folder of an unfinished training's state.

        Raises
        ------
        ValueError
            If the job is no training.
        """
        if self.history is None:
            raise ValueError("only a training has a state to resume from")
        return self.history.parent / ".resume"
