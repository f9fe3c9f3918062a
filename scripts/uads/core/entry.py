"""Entry points of the jobs: which function a job runs, and what its work costs.

An entry is part of a declaration (a ``spec.py``, ``costs.py``, table, figure or measure). No module that a job runs
imports a declaration, so that a new rate, title or caption reruns nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, Protocol

from uads.core.code_digest import code_digest

SCRIPTS = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """What a unit of work takes.

    Attributes
    ----------
    startup_seconds : float
        Core seconds before the first unit.
    seconds_per_unit : float
        Core seconds of each unit.
    base_mb : float
        Memory in MB before the first unit.
    memory_factor : float, default 0
        Peak memory per resident byte (:attr:`Workload.resident_bytes`).
    gpu_speedup : float, optional
        How many cores a GPU counts for; None for jobs that have no use for one.
    unit : str, default ""
        What a unit is, for example "frame and epoch".
    basis : str, default "measured"
        Whether the numbers are measured, estimated or assumed, and where.
    """

    startup_seconds: float
    seconds_per_unit: float
    base_mb: float
    memory_factor: float = 0.0
    gpu_speedup: float | None = None
    unit: str = ""
    basis: str = "measured"


@dataclass(frozen=True)
class Workload:
    """The work of one job: its units, the bytes that it holds in memory at a time, and the bytes that it writes."""

    units: float = 0
    resident_bytes: float = 0
    output_bytes: float = 0


def in_sequence(works: Iterable[Workload]) -> Workload:
    """Return the work of one job that does several works one after the other."""
    listed = list(works)
    return Workload(
        sum(work.units for work in listed),
        max((work.resident_bytes for work in listed), default=0),
        sum(work.output_bytes for work in listed),
    )


class DataSizes(Protocol):
    """What a workload may ask about the data of a study: :class:`uads.study.sizes.Sizes`."""

    def frames(self, representation: str, *shards: str) -> float:
        """Count the frames of some shards."""

    def clips(self, *shards: str) -> float:
        """Count the clips of some shards."""

    def frame_bytes(self, representation: str) -> int:
        """Return the bytes of a frame in memory."""

    def stored_bytes(self, representation: str, shard: str) -> float:
        """Return the bytes of a feature store, at most."""

    def samples(self, scope: str, representation: str, k: int | str) -> float:
        """Count the samples of a subset, at most."""

    def sound_bytes(self, corpus: str, share: float = 1.0) -> float:
        """Return the bytes of a share of a corpus' sound."""


def constant_workload(*_: Any, **__: Any) -> Workload:
    """Return the workload of a job that takes as long in any study."""
    return Workload()


@dataclass(frozen=True)
class Entry:
    """One job's function, its cost and its workload.

    Attributes
    ----------
    target : str
        ``module:function``, or ``script:name`` for the job of ``scripts/<name>.py``.
    cost : Cost
    workload : callable
        Returns the :class:`Workload` of one job. Required: a job without one would ask for nothing.
    threads : int, default 1
        Cores that the job asks for.

    Raises
    ------
    TypeError
        If the workload is not callable.
    """

    target: str
    cost: Cost
    workload: Callable[..., Workload]
    threads: int = 1

    def __post_init__(self) -> None:
        if not callable(self.workload):
            raise TypeError(f"{self.target}: an entry needs a workload: a function that returns a Workload")

    def job(self, *args: Any, **kwargs: Any) -> "Job":
        """Return the entry with the workload of one of its jobs."""
        return self, self.workload(*args, **kwargs)

    def load(self) -> Callable[..., Any]:
        """Import the function."""
        return resolve_name(self.target)

    @cached_property
    def digest(self) -> str:
        """Return the digest of all code that the job runs."""
        place, name = self.target.split(":")
        if place == "script":
            return code_digest(SCRIPTS / f"{name}.py")
        found = find_spec(place)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(f"{self.target}: there is no module {place}")
        return code_digest(found.origin, SCRIPTS)


#: One job: its entry, and its work.
Job = tuple[Entry, Workload]
#: By rule: from the wildcards of a job (as attributes) to its entry and work.
Jobs = Mapping[str, Callable[[Any], Job]]
