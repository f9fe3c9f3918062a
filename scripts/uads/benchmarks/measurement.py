"""How a stage is measured: alternating runs, the peak memory of a fresh process, one row per stage."""

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
    """One stage, measured.

    Parameters
    ----------
    stage : str
        What was done.
    seconds : float
        How long this workflow takes.
    baseline_seconds : float, optional
        How long the plain way takes for the same work.
    ratio : float, optional
        ``baseline_seconds / seconds``.
    share_of_limit : float, optional
        How long the machine takes at least (see each stage), divided by ``seconds``.
    peak_mb : float, optional
        Peak resident memory of a process that does this and nothing else, in 10^6 bytes.
    note : str
        How much work it was, and what the limit is.
    amount : int, optional
        The work as a number, of frames or samples, where the plan of a study shall reckon with it.
    cores : int, default 1
        That were at work.
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
    """Make a :class:`Measurement` from the times of a stage, of its baseline and of its limit."""
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
    """Time some tasks by turns, so that a slow minute of the machine meets all of them.

    Parameters
    ----------
    tasks : mapping
        Name to what is timed. Each is run once per round, in the order given.
    rounds : int, default 3
    before : callable, optional
        What is done before each task, and not timed.

    Returns
    -------
    dict
        Name to the median of its wall times, in seconds.
    """
    return {name: median(measured) for name, measured in time_rounds(tasks, rounds, before).items()}


def time_rounds(
    tasks: Mapping[str, Callable[[], object]], rounds: int, before: Callable[[], object] | None = None
) -> dict[str, list[float]]:
    """Time some tasks by turns, as :func:`time_alternately` does, and give the wall times of all rounds."""
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
    """What became of a function in a process of its own: its value, and the process' peak memory in 10^6 bytes."""

    value: Any
    peak_mb: float


class Process:
    """A fresh Python process that runs functions, one after the other, on request.

    Parameters
    ----------
    threads : int, optional
        Threads of the libraries for linear algebra and of compiled functions; as many as they like by default.

    Examples
    --------
    >>> with Process() as process:
    ...     process.start(extract, "clips", "store.h5")
    ...     outcome = process.wait()
    """

    def __init__(self, threads: int | None = None):
        path = os.pathsep.join(filter(None, [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH")]))
        limits = {} if threads is None else dict.fromkeys(THREAD_VARIABLES, str(threads))
        self._errors = TemporaryFile("w+")  # noqa: SIM115  lives as long as the process
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
        """Begin to run a module's own function; arguments and value must be what JSON can carry (paths become text)."""
        request = [function.__module__, function.__qualname__, arguments]
        self._requests.write(json.dumps(request, default=str) + "\n")
        self._requests.flush()

    def wait(self) -> Outcome:
        """Wait until the function that was started has ended.

        Raises
        ------
        RuntimeError
            If it failed; with the end of what it printed.
        """
        answer = self._answers.readline()
        if not answer:
            self._process.wait()
            self._errors.seek(0)
            raise RuntimeError(f"a process of its own failed: {self._errors.read()[-2000:]}")
        return Outcome(**json.loads(answer))

    def __enter__(self) -> "Process":
        return self

    def __exit__(self, *_: object) -> None:
        self._requests.close()
        self._process.wait()
        self._answers.close()
        self._errors.close()


def run_in_process(function: Callable[..., object], *arguments: Any, threads: int | None = None) -> Outcome:
    """Run a function in a fresh process, see :class:`Process`."""
    with Process(threads) as process:
        process.start(function, *arguments)
        return process.wait()


def peak_of_process(function: Callable[..., object], *arguments: Any) -> float:
    """Return the peak resident memory (in 10^6 bytes) of a fresh process that runs a function and nothing else."""
    return run_in_process(function, *arguments).peak_mb


def write_measurements(measurements: Iterable[Measurement], path: str | Path) -> None:
    """Write measurements as CSV, one row each."""
    import pandas as pd

    from uads.files import whole

    with whole(path) as partial:
        pd.DataFrame([vars(measurement) for measurement in measurements], columns=COLUMNS).to_csv(partial, index=False)


def peak_mb() -> float:
    """Return this process' peak resident memory so far, in 10^6 bytes (Linux only)."""
    return _status_mb("VmHWM")


@contextmanager
def watch_private_memory(every: float = 0.02) -> Iterator[list[float]]:
    """Watch this process' private memory, that is without mapped files, while the block runs (Linux only).

    Yields
    ------
    list of float
        Its peak so far, in 10^6 bytes: one number, looked up every 20 ms.
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
    """Run what is asked for on the standard input, and answer on what was the standard output."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what functions print is no answer
    for request in sys.stdin:
        module, name, arguments = json.loads(request)
        value = getattr(importlib.import_module(module), name)(*arguments)
        print(json.dumps({"value": value, "peak_mb": peak_mb()}), file=answers)


if __name__ == "__main__":
    _serve()
