"""Common frame of all job scripts: a log file, and errors as one line on the terminal."""

import errno
import logging
import os
import re
import resource
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from uads.core.gpus import claim_gpus


@contextmanager
def job(snakemake: Any) -> Iterator[TextIO]:
    """Run a job's block with its output redirected to the rule's log.

    Everything that the block, its imports and their C libraries print goes to ``snakemake.log[0]``.
    An error ends the job with its traceback in the log and one line on the terminal. The context yields
    the terminal, for the few jobs that print to it.
    """
    os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # locks hang on some network file systems
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ["NUMBA_NUM_THREADS"] = str(snakemake.threads)
    terminal = os.fdopen(os.dup(2), "w", buffering=1)
    log = open(snakemake.log[0], "w", buffering=1)  # noqa: SIM115  open until the process ends
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    logging.basicConfig(stream=log, level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.captureWarnings(True)
    try:
        with claim_gpus(snakemake.resources.get("gpu", 0)):
            yield terminal
        logging.info(usage())
    except BaseException as error:
        traceback.print_exc()
        print(f"{snakemake.rule}: {describe(error)} [log: {snakemake.log[0]}]", file=terminal)
        sys.stdout.flush()
        os._exit(1)


def usage() -> str:
    """Return the CPU time and peak memory of this process; ``scripts/measure_jobs.py`` reads them from the logs."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return f"took {spent.ru_utime + spent.ru_stime:.1f} core seconds and {peak_bytes() / 1e6:.0f} MB"


def peak_bytes() -> int:
    """Return the peak memory of this process in bytes, without that of its parent."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def describe(error: BaseException) -> str:
    """Describe an error in one line."""
    from uads.core.errors import UserError

    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    text = " ".join(str(error).split())
    if isinstance(error, UserError):
        return text
    if any(is_disk_full(link) for link in chain_of(error)):
        return "the disk is full: free some space and run again"
    return f"{type(error).__name__}: {text}"


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, then the one during whose handling it was raised, and so on."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def is_disk_full(error: BaseException) -> bool:
    """Return True for ENOSPC; HDF5 reports it only in the message text."""
    return getattr(error, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error)
