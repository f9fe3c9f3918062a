"""What the jobs of the autoencoder take."""

from typing import Any

from uads.core.entry import Cost, Entry, Workload, constant_workload
from uads.corpora.base import Corpus
from uads.detectors.base import clips_of
from uads.detectors.costs import MEASURED
from uads.detectors.job import Member

PACKAGE = "uads.detectors.autoencoder"
MODEL_BYTES = 1e7


def train_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of training; with ``max_stacks``, each of a machine's two models sees so many per epoch."""
    name, limit = settings.representation, settings.training.max_stacks
    frames = [sizes.frames(name, *clips_of(corpus, machine, "train")) for machine in member.machines]
    seen = sum(min(own, 2 * limit) if limit else own for own in frames)
    written = MODEL_BYTES * len(member.machines)
    return Workload(seen * settings.training.epochs, max(frames) * sizes.frame_bytes(name), written)


def infer_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of reconstructing all frames, those of one machine at a time."""
    name = settings.representation
    frames = [sizes.frames(name, *clips_of(corpus, machine)) for machine in member.machines]
    return Workload(sum(frames), max(frames) * sizes.frame_bytes(name))


# A step of 512 stacks takes a core 10 ms; on a GPU it is 400 kernels of 6 us, and few operations.
TRAIN = Entry(
    f"{PACKAGE}.train:train",
    Cost(8, 2e-5, 900, 1.5, gpu_speedup=4, unit="frame and epoch", basis=MEASURED),
    train_workload,
)
INFER = Entry(
    f"{PACKAGE}.infer:infer",
    Cost(8, 5e-6, 1250, 1, gpu_speedup=4, unit="frame", basis=MEASURED),
    infer_workload,
    threads=2,
)
SCORE = Entry(f"{PACKAGE}.score:score", Cost(2, 0, 250, basis="estimated"), constant_workload)
