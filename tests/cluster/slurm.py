"""A real Slurm on this machine: munge, a controller and several nodes (one with GPUs) on the loopback interface."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel", "sinfo", "srun")
CLUSTER = "uads-tests"
CPU_NODES, GPU_NODE = ("n1", "n2"), "n3"
#: Device files used as two GPUs: Slurm needs existing files and passes their numbers to jobs.
GPU_MODEL, GPU_FILES = "standin", ("/dev/null", "/dev/zero")

CONFIGURATION = """\
ClusterName={cluster}
SlurmctldHost={host}(127.0.0.1)
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
SlurmctldPort={port}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmdLogFile={folder}/slurmd.%n.log
SlurmdSpoolDir={folder}/spool.%n
StateSaveLocation={folder}/state
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=15
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0,batch_sched_delay=0
SlurmdParameters=config_overrides
GresTypes=gpu
MinJobAge=7200
KillWait=2
ReturnToService=1
SlurmctldTimeout=10
SlurmdTimeout=60
PropagateResourceLimits=NONE
DefMemPerCPU=500
"""
NODE = (
    "NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs={cpus} Boards=1 SocketsPerBoard=1 "
    "CoresPerSocket={cpus} ThreadsPerCore=1 RealMemory=20000 State=UNKNOWN{gpus}\n"
)


@dataclass(frozen=True)
class Job:
    """A job as recorded by the controller (``scontrol show job``)."""

    id: str
    fields: dict[str, str]

    @property
    def state(self) -> str:
        return self.fields["JobState"]

    @property
    def rule(self) -> str:
        """Return the rule or group that Snakemake wrote in the job comment."""
        return re.sub(r"^(rule_|group_)", "", self.fields.get("Comment", "")).split("_wildcards_")[0]


class Slurm:
    """The daemons of one cluster.

    Parameters
    ----------
    folder : path
        Folder of configuration, state and logs. Nothing outside it is written: commands find the configuration by
        :attr:`environment`.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self._host = socket.gethostname().split(".")[0]
        self._ports = free_ports(2 + len(CPU_NODES))

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables by which Slurm's commands and daemons, and jobs submitted with them, find this cluster.

        ``PATH`` is for the plugin of job steps, which calls ``srun`` after removing ``SLURM_CONF``.
        """
        path = os.pathsep.join([str(self.folder / "bin"), os.environ["PATH"]])
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": path}

    def start(self) -> None:
        """Start all daemons and wait until every node is idle; needs :attr:`environment`."""
        self._configure()
        run("munged", "--force", *self._munge_options())
        run("slurmctld", "-c")
        for node in (*CPU_NODES, GPU_NODE):
            run("slurmd", "-N", node)
        nodes = len(CPU_NODES) + 1
        wait_until(lambda: run("sinfo", "-h", "-N", "-o", "%T").split() == ["idle"] * nodes, "all nodes are idle")

    def stop(self) -> None:
        """Stop all jobs and daemons; kill those that do not exit."""
        run("scancel", "--user=root", check=False)
        pids = [int(path.read_text()) for path in sorted(self.folder.glob("*.pid"), reverse=True)]
        for pid in pids:
            end(pid, signal.SIGTERM)
        with suppress(TimeoutError):
            wait_until(lambda: not any(is_alive(pid) for pid in pids), "all daemons have ended", 15)
        for pid in [*pids, *(pid for pid in all_pids() if f"SLURM_CLUSTER_NAME={CLUSTER}" in environment_of(pid))]:
            end(pid, signal.SIGKILL)

    def _configure(self) -> None:
        for name in ("state", *(f"spool.{node}" for node in (*CPU_NODES, GPU_NODE))):
            (self.folder / name).mkdir(parents=True)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        self.folder.chmod(0o755)
        controller, *ports = self._ports
        text = CONFIGURATION.format(cluster=CLUSTER, host=self._host, port=controller, folder=self.folder)
        for name, port in zip((*CPU_NODES, GPU_NODE), ports, strict=True):
            gpus = f" Gres=gpu:{GPU_MODEL}:{len(GPU_FILES)}" if name == GPU_NODE else ""
            text += NODE.format(name=name, host=self._host, port=port, cpus=2, gpus=gpus)
        text += f"PartitionName=cpu Nodes={','.join(CPU_NODES)} Default=YES MaxTime=2-00:00:00\n"
        text += f"PartitionName=gpu Nodes={GPU_NODE} MaxTime=2-00:00:00\n"
        gpus = "".join(f"NodeName={GPU_NODE} Name=gpu Type={GPU_MODEL} File={file}\n" for file in GPU_FILES)
        (self.folder / "slurm.conf").write_text(text)
        (self.folder / "gres.conf").write_text(gpus)
        step = self.folder / "bin/srun"
        step.parent.mkdir()
        step.write_text(f'#!/bin/sh\nSLURM_CONF={self.folder}/slurm.conf exec {shutil.which("srun")} "$@"\n')
        step.chmod(0o755)

    def _munge_options(self) -> list[str]:
        files = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
        return [f"--{option}={self.folder}/munge.{suffix}" for option, suffix in files.items()]

    # ---- changes to the cluster -------------------------------------------------------------------

    def update_node(self, node: str, state: str) -> None:
        """Set the state of a node, with the state as the reason."""
        run("scontrol", "update", f"nodename={node}", f"state={state}", f"reason={state}-by-test")

    def kill_controller(self) -> None:
        """Kill the controller after it has saved its state: a crash loses what it did in its last seconds."""
        wait_until(self._has_saved_all_jobs, "the controller has saved all jobs")
        wait_until(self._has_saved_all_reasons, "the controller has saved what was done to nodes")
        pid = int((self.folder / "slurmctld.pid").read_text())
        end(pid, signal.SIGKILL)
        wait_until(lambda: not is_alive(pid), "the controller is gone")

    def _has_saved_all_jobs(self) -> bool:
        saved = (self.folder / "state/job_state").stat().st_mtime
        submitted = [job.fields["SubmitTime"] for job in self.jobs()]
        started = [job.fields["StartTime"] for job in self.jobs() if job.state not in ("PENDING", "CANCELLED")]
        return datetime.fromisoformat(max(submitted + started)).timestamp() + 1 < saved

    def _has_saved_all_reasons(self) -> bool:
        saved = (self.folder / "state/node_state").read_bytes()
        reasons = re.findall(r"Reason=(\S+)", run("scontrol", "-o", "show", "nodes"))
        return all(reason.encode() in saved for reason in reasons)

    def start_controller(self) -> None:
        """Start the controller from its saved state."""
        run("slurmctld")
        wait_until(lambda: "is UP" in run("scontrol", "ping", check=False), "the controller answers")

    # ---- records of the controller ---------------------------------------------------------------

    def jobs(self, *states: str) -> list[Job]:
        """List the jobs in the given states (default: all) by number."""
        lines = run("scontrol", "-o", "-d", "show", "jobs", check=False).splitlines()
        records = (dict(re.findall(r"(\w+)=(\S*)", line)) for line in lines if line.startswith("JobId="))
        jobs = [Job(fields["JobId"], fields) for fields in records]
        return [job for job in jobs if not states or job.state in states]

    def processes(self, job: Job) -> list[int]:
        """List the processes that run the script of the rule of a job."""
        return [pid for pid in all_pids() if is_script_of(pid, job.id)]


def all_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def environment_of(pid: int) -> list[str]:
    """Read the initial environment of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def is_script_of(pid: int, job: str) -> bool:
    """Return True if a process runs the script of a rule in a Slurm job."""
    if f"SLURM_JOB_ID={job}" not in environment_of(pid):
        return False
    try:
        return b".snakemake/scripts/" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def end(pid: int, how: signal.Signals) -> None:
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return


def run(*command: str, check: bool = True) -> str:
    """Run a command and return its output; errors contain its error message."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_until(holds: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until a condition holds; raise TimeoutError if it never does."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not true after {seconds:.0f} s: {what}")
        time.sleep(0.05)


def free_ports(number: int) -> list[int]:
    """Return free ports."""
    sockets = [socket.socket() for _ in range(number)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def what_is_missing(programs: Iterable[str] = PROGRAMS) -> str | None:
    """Return the reason why no Slurm can be started here, or None if one can."""
    absent = [name for name in programs if shutil.which(name) is None]
    if absent:
        return f"there is no {absent[0]}: apt-get install slurm-wlm munge"
    if os.geteuid() != 0:
        return "only root can start a Slurm that runs jobs of any user"
    return None
