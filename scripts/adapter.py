"""What every script needs to be a good job: a log file, and errors that are one line on the terminal."""

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

from uads.gpus import own_gpus


@contextmanager
def job(snakemake: Any) -> Iterator[TextIO]:
    """Run a job's block with its output in the rule's log.

    Everything that the block, its imports and their C libraries print goes to ``snakemake.log[0]``.
    An error ends the job with its traceback in the log and one line on the terminal. The block is
    given the terminal, for the few jobs that have something to say there.
    """
    os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # locks hang on some network file systems
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ["NUMBA_NUM_THREADS"] = str(snakemake.threads)
    terminal = os.fdopen(os.dup(2), "w", buffering=1)
    log = open(snakemake.log[0], "w", buffering=1)  # noqa: SIM115  lives as long as the process
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    logging.basicConfig(stream=log, level=logging.INFO, format="%(asctime)s %(message)s", force=True)
    logging.captureWarnings(True)
    try:
        with own_gpus(snakemake.resources.get("gpu", 0)):
            yield terminal
        logging.info(usage())
    except BaseException as error:
        traceback.print_exc()
        print(f"{snakemake.rule}: {describe(error)} [log: {snakemake.log[0]}]", file=terminal)
        sys.stdout.flush()
        os._exit(1)


def usage() -> str:
    """Say what this process has taken; ``scripts/measure_jobs.py`` reads it from the logs."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return f"took {spent.ru_utime + spent.ru_stime:.1f} core seconds and {peak_bytes() / 1e6:.0f} MB"


def peak_bytes() -> int:
    """Give the most memory that this process has had; what its parent had before it was started does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def describe(error: BaseException) -> str:
    """Say in one line what went wrong."""
    from uads.errors import UserError

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
    """Tell whether there is no space left, of which HDF5 speaks in the text of its errors only."""
    return getattr(error, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error)
