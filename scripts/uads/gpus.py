"""Which GPU a job may use: what its scheduler gave it, or on a workstation one that no other job holds."""

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from uads.errors import UserError

log = logging.getLogger(__name__)

#: Set by schedulers in the environment of their jobs: Slurm, LSF, Kubernetes, PBS, Grid Engine.
SCHEDULERS = ("SLURM_JOB_ID", "LSB_JOBID", "KUBERNETES_SERVICE_HOST", "PBS_JOBID", "SGE_JOB_SPOOL_DIR")
VISIBLE = "CUDA_VISIBLE_DEVICES"
#: Slurm sets the first to what a job asked for, and one or more of the others to what it was given.
SLURM_ASKED, SLURM_GAVE = "SLURM_GPUS", ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS", "SLURM_GPUS_ON_NODE", VISIBLE)
SECONDS_BETWEEN_TRIES = 1.0


def wanted_model() -> str:
    """Name the model of GPU that jobs ask a scheduler for, from ``UADS_GPU_MODEL``; empty for any."""
    return os.environ.get("UADS_GPU_MODEL", "")


@contextmanager
def own_gpus(wanted: int, locks: Path | None = None) -> Iterator[None]:
    """Show this process the GPUs that it may use, and no others, and keep them to it while the block runs.

    Parameters
    ----------
    wanted : int
        How many; 0 hides all of them.
    locks : path, optional
        The folder of the locks that the jobs of one user on one machine share.

    Raises
    ------
    UserError
        If Slurm started a job that asked for a GPU without one. A controller that has just been restarted can do so
        (seen in 22.05); on the CPU the job would hardly end within its time, while a retry gets its GPU.

    Notes
    -----
    Under a scheduler its choice stands. Elsewhere the job waits until as many GPUs as it wants are free, out of
    those in ``CUDA_VISIBLE_DEVICES`` where that is set; whatever ends the process frees them. A machine without
    GPUs has nothing to wait for. Backends take a GPU's memory as they need it.
    """
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    taken: dict[str, TextIO] = {}
    if wanted == 0:
        os.environ[VISIBLE] = ""
    elif was_denied_by_slurm(os.environ):
        raise UserError(
            f"Slurm started this job without the GPU that it asked for ({SLURM_ASKED}={os.environ[SLURM_ASKED]}): "
            "run it again, or without GPUs (--set-resources RULE:gpu=0)"
        )
    elif not any(name in os.environ for name in SCHEDULERS) and (present := visible_gpus(os.environ)):
        folder = locks or Path(tempfile.gettempdir(), f"uads-gpus-{os.getuid()}")
        folder.mkdir(exist_ok=True, mode=0o700)
        taken = wait_for_gpus(present, min(wanted, len(present)), folder)
        os.environ[VISIBLE] = ",".join(taken)
    if wanted:
        log.info("GPUs of this job: %s", os.environ.get(VISIBLE, "none"))
    try:
        yield
    finally:
        for lock in taken.values():
            lock.close()


def was_denied_by_slurm(environment: Mapping[str, str]) -> bool:
    """Tell whether Slurm gave this job none of the GPUs that it asked for."""
    return bool(environment.get(SLURM_ASKED)) and not any(environment.get(name) for name in SLURM_GAVE)


def visible_gpus(environment: Mapping[str, str], devices: Path = Path("/dev")) -> list[str]:
    """List the GPUs of this machine by number, or those that the environment names."""
    if VISIBLE in environment:
        return [name.strip() for name in environment[VISIBLE].split(",") if name.strip() not in ("", "-1")]
    numbers = (path.name.removeprefix("nvidia") for path in devices.glob("nvidia[0-9]*"))
    return sorted((number for number in numbers if number.isdigit()), key=int)


def wait_for_gpus(present: Sequence[str], wanted: int, folder: Path) -> dict[str, TextIO]:
    """Lock as many GPUs as are wanted, all at once, so that two jobs never wait for each other."""
    while len(taken := lock_free(present, wanted, folder)) < wanted:
        for lock in taken.values():
            lock.close()
        time.sleep(SECONDS_BETWEEN_TRIES)
    return taken


def lock_free(present: Sequence[str], wanted: int, folder: Path) -> dict[str, TextIO]:
    """Lock the first GPUs that nobody else holds, at most as many as are wanted."""
    taken: dict[str, TextIO] = {}
    for name in present:
        if len(taken) == wanted:
            break
        lock = open(folder / f"{name}.lock", "w")  # noqa: SIM115  it lives as long as the lock
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken[name] = lock
    return taken
