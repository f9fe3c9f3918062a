"""What the jobs of sub-cluster AdaCos take."""

from typing import Any

from uads.core.entry import Cost, Entry, Workload, constant_workload
from uads.corpora.base import Corpus
from uads.detectors.costs import MEASURED
from uads.detectors.job import Member

PACKAGE = "uads.detectors.adacos"
MODEL_BYTES = 2e8


def _all_clips(sizes: Any, settings: Any, shards: list[str], times: int) -> Workload:
    """Return the work on all clips of some shards, several times over."""
    frames = sizes.frames(settings.representation, *shards)
    seen = sizes.clips(*shards) * settings.training.frames * times
    return Workload(seen, frames * sizes.frame_bytes(settings.representation), MODEL_BYTES)


def train_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of training a network on all training clips."""
    return _all_clips(sizes, settings, corpus.shard_names("train"), settings.training.epochs)


def infer_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of embedding or scoring all clips at each checkpoint."""
    shards = corpus.shard_names("train", "test", "evaluation")
    return _all_clips(sizes, settings, shards, len(settings.training.checkpoints))


# A GPU that sustains 5 TFLOP/s and starts a kernel in 6 us, against what a core was measured to take: 64 clips are
# 36 GFLOP and 1,000 kernels in training, 12 GFLOP and 250 kernels without.
TRAIN = Entry(
    f"{PACKAGE}.train:train",
    Cost(8, 2.1e-5, 1600, 1, gpu_speedup=30, unit="frame and epoch", basis=MEASURED),
    train_workload,
)
INFER = Entry(
    f"{PACKAGE}.embed:infer",
    Cost(
        8,
        4e-6,
        1000,
        1,
        gpu_speedup=20,
        unit="frame and checkpoint",
        basis="measured on a CPU; the GPU's share assumed",
    ),
    infer_workload,
)
SCORE = Entry(
    f"{PACKAGE}.score:score",
    Cost(
        2,
        1e-6,
        250,
        0.1,
        unit="frame and checkpoint",
        basis="time and base memory measured; memory of each frame estimated",
    ),
    infer_workload,
)
COMBINE = Entry(f"{PACKAGE}.combine:combine", Cost(2, 0, 270), constant_workload)
