"""Measurement of a stage: alternating runs, the peak memory of a fresh process, one row per stage."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from threading import Event, Thread
from time import perf_counter
from typing import Any

PACKAGE_ROOT = Path(__file__).parents[2]
THREAD_VARIABLES = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"]


@dataclass(frozen=True)
class Measurement:
    """Measured values of one stage.

    Parameters
    ----------
    stage : str
        Name of the stage.
    seconds : float
        Wall time of this workflow.
    baseline_seconds : float, optional
        Wall time of a plain implementation for the same work.
    ratio : float, optional
        ``baseline_seconds / seconds``.
    share_of_limit : float, optional
        Minimum wall time on this machine (see each stage), divided by ``seconds``.
    peak_mb : float, optional
        Peak resident memory of a process that does nothing else, in 10^6 bytes.
    note : str
        Amount of work, and definition of the limit.
    amount : int, optional
        Number of frames or samples, if the cost of a job follows from it.
    cores : int, default 1
        Number of cores used.
    """

    stage: str
    seconds: float
    baseline_seconds: float | None = None
    ratio: float | None = None
    share_of_limit: float | None = None
    peak_mb: float | None = None
    note: str = ""
    amount: int | None = None
    cores: int = 1


#: The columns of every table of measurements.
COLUMNS = [field.name for field in fields(Measurement)]


def compare(
    stage: str,
    seconds: float,
    baseline_seconds: float | None = None,
    limit_seconds: float | None = None,
    peak_mb: float | None = None,
    note: str = "",
    amount: int | None = None,
    cores: int = 1,
) -> Measurement:
    """Build a :class:`Measurement` from the times of a stage, its baseline and its limit."""
    return Measurement(
        stage,
        seconds,
        baseline_seconds,
        None if baseline_seconds is None else baseline_seconds / seconds,
        None if limit_seconds is None else limit_seconds / seconds,
        peak_mb,
        note,
        amount,
        cores,
    )


def time_alternately(
    tasks: Mapping[str, Callable[[], object]], rounds: int = 3, before: Callable[[], object] | None = None
) -> dict[str, float]:
    """Time tasks in alternation, so that a slow period of the machine affects all of them.

    Parameters
    ----------
    tasks : mapping
        Name to task. Each task runs once per round, in the given order.
    rounds : int, default 3
    before : callable, optional
        Called before each task, and not timed.

    Returns
    -------
    dict
        Name to median wall time in seconds.
    """
    return {name: median(measured) for name, measured in time_rounds(tasks, rounds, before).items()}


def time_rounds(
    tasks: Mapping[str, Callable[[], object]], rounds: int, before: Callable[[], object] | None = None
) -> dict[str, list[float]]:
    """Time tasks as :func:`time_alternately` does, and return the wall times of all rounds."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            if before is not None:
                before()
            start = perf_counter()
            task()
            times[name].append(perf_counter() - start)
    return times


@dataclass(frozen=True)
class Outcome:
    """Outcome of a function in a separate process: its value, and the peak memory of the process in 10^6 bytes."""

    value: Any
    peak_mb: float


class Process:
    """Fresh Python process that runs functions on request, one after the other.

    Parameters
    ----------
    threads : int, optional
        Threads of linear algebra libraries and of compiled functions; not limited by default.

    Examples
    --------
    >>> with Process() as process:
    ...     process.start(extract, "clips", "store.h5")
    ...     outcome = process.wait()
    """

    def __init__(self, threads: int | None = None):
        path = os.pathsep.join(filter(None, [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH")]))
        limits = {} if threads is None else dict.fromkeys(THREAD_VARIABLES, str(threads))
        self._errors = TemporaryFile("w+")  # noqa: SIM115  open as long as the process runs
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            env={**os.environ, **limits, "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        self._requests: Any = self._process.stdin
        self._answers: Any = self._process.stdout

    def start(self, function: Callable[..., object], *arguments: Any) -> None:
        """Start a module-level function; arguments and value must be JSON-serialisable (paths become strings)."""
        request = [function.__module__, function.__qualname__, arguments]
        self._requests.write(json.dumps(request, default=str) + "\n")
        self._requests.flush()

    def wait(self) -> Outcome:
        """Wait for the started function, and return its outcome.

        Raises
        ------
        RuntimeError
            If it failed; the message contains the end of its error output.
        """
        answer = self._answers.readline()
        if not answer:
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"a separate process failed: {self._errors.read()[-2000:]}")
        return Outcome(**json.loads(answer))

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.close()
        self._process.wait()
        self._answers.close()
        self._errors.close()


def run_in_process(function: Callable[..., object], *arguments: Any, threads: int | None = None) -> Outcome:
    """Run a function in a fresh process; see :class:`Process`."""
    with Process(threads) as process:
        process.start(function, *arguments)
        return process.wait()


def peak_of_process(function: Callable[..., object], *arguments: Any) -> float:
    """Return the peak resident memory (in 10^6 bytes) of a fresh process that only runs a function."""
    return run_in_process(function, *arguments).peak_mb


def write_measurements(measurements: Iterable[Measurement], path: str | Path) -> None:
    """Write measurements as CSV, one row each."""
    import pandas as pd

    from uads.core.files import atomic_path

    with atomic_path(path) as partial:
        pd.DataFrame([vars(measurement) for measurement in measurements], columns=COLUMNS).to_csv(partial, index=False)


def peak_mb() -> float:
    """Return the peak resident memory of this process so far, in 10^6 bytes (Linux only)."""
    return _status_mb("VmHWM")


@contextmanager
def watch_private_memory(every: float = 0.02) -> Iterator[list[float]]:
    """Record the private memory of this process (without mapped files) while the block runs (Linux only).

    Yields
    ------
    list of float
        One number: the peak so far, in 10^6 bytes, updated every 20 ms.
    """
    peak, ended = [_status_mb("RssAnon")], Event()

    def look() -> None:
        peak[0] = max(peak[0], _status_mb("RssAnon"))

    def watch() -> None:
        while not ended.wait(every):
            look()

    thread = Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        look()
        ended.set()
        thread.join()


def _status_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith(f"{name}:")]
    return int(line.split()[1]) * 1024 / 1e6


def _serve() -> None:
    """Run the functions requested on standard input, and write answers to the original standard output."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # keeps the printed output of functions apart from answers
    for request in sys.stdin:
        module, name, arguments = json.loads(request)
        value = getattr(importlib.import_module(module), name)(*arguments)
        print(json.dumps({"value": value, "peak_mb": peak_mb()}), file=answers)


if __name__ == "__main__":
    _serve()
