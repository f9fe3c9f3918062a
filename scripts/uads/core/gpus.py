"""GPUs of a job: those assigned by its scheduler or, on a workstation, those that no other job holds."""

import fcntl
import logging
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from uads.core.errors import UserError

log = logging.getLogger(__name__)

#: Set by schedulers in the environment of their jobs: Slurm, LSF, Kubernetes, PBS, Grid Engine.
SCHEDULERS = ("SLURM_JOB_ID", "LSB_JOBID", "KUBERNETES_SERVICE_HOST", "PBS_JOBID", "SGE_JOB_SPOOL_DIR")
VISIBLE = "CUDA_VISIBLE_DEVICES"
#: Slurm sets the first to the GPUs that a job requested, and one or more of the others to those it assigned.
SLURM_ASKED, SLURM_GAVE = "SLURM_GPUS", ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS", "SLURM_GPUS_ON_NODE", VISIBLE)
SECONDS_BETWEEN_TRIES = 1.0


def wanted_model() -> str:
    """Return the GPU model that jobs request from a scheduler (``UADS_GPU_MODEL``); empty for any."""
    return os.environ.get("UADS_GPU_MODEL", "")


@contextmanager
def claim_gpus(wanted: int, locks: Path | None = None) -> Iterator[None]:
    """Reserve GPUs for this process while the block runs, and hide all others from it.

    Parameters
    ----------
    wanted : int
        Number of GPUs; 0 hides all of them.
    locks : path, optional
        Folder of the lock files, shared by all jobs of one user on one machine.

    Raises
    ------
    UserError
        If Slurm started a job without the GPU that it requested. This can happen just after a restart of the
        controller (seen in 22.05). On the CPU the job would likely exceed its time limit, a retry gets its GPU.

    Notes
    -----
    Under a scheduler, its assignment is used. Elsewhere the job waits until enough GPUs are free, among those in
    ``CUDA_VISIBLE_DEVICES`` if that is set. They are released however the process ends. On a machine without GPUs
    there is no wait. Backends allocate GPU memory on demand.
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
    """Return True if Slurm assigned none of the GPUs that this job requested."""
    return bool(environment.get(SLURM_ASKED)) and not any(environment.get(name) for name in SLURM_GAVE)


def visible_gpus(environment: Mapping[str, str], devices: Path = Path("/dev")) -> list[str]:
    """List the GPUs named in the environment or, by number, all of this machine."""
    if VISIBLE in environment:
        return [name.strip() for name in environment[VISIBLE].split(",") if name.strip() not in ("", "-1")]
    numbers = (path.name.removeprefix("nvidia") for path in devices.glob("nvidia[0-9]*"))
    return sorted((number for number in numbers if number.isdigit()), key=int)


def wait_for_gpus(present: Sequence[str], wanted: int, folder: Path) -> dict[str, TextIO]:
    """Lock ``wanted`` GPUs, all or none at a time, so that two jobs never wait for each other."""
    while len(taken := lock_free(present, wanted, folder)) < wanted:
        for lock in taken.values():
            lock.close()
        time.sleep(SECONDS_BETWEEN_TRIES)
    return taken


def lock_free(present: Sequence[str], wanted: int, folder: Path) -> dict[str, TextIO]:
    """Lock the first free GPUs, at most ``wanted``."""
    taken: dict[str, TextIO] = {}
    for name in present:
        if len(taken) == wanted:
            break
        lock = open(folder / f"{name}.lock", "w")  # noqa: SIM115  closing it releases the lock
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            taken[name] = lock
    return taken
