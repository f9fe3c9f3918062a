"""What the jobs of MobileNetV2 take."""

from typing import Any

from uads.core.entry import Cost, Entry, Workload, constant_workload
from uads.corpora.base import Corpus
from uads.detectors.base import clips_of
from uads.detectors.costs import MEASURED
from uads.detectors.job import Member

PACKAGE = "uads.detectors.mobilenetv2"
MODEL_BYTES = 2e7


def train_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of training; with ``max_images``, each of a machine's two models sees so many per epoch."""
    name, training = settings.representation, settings.training
    frames = [sizes.frames(name, *clips_of(corpus, machine, "train")) for machine in member.machines]
    images = [own / training.hop for own in frames]
    seen = sum(min(own, 2 * training.max_images) if training.max_images else own for own in images)
    written = MODEL_BYTES * len(member.machines)
    return Workload(seen * training.epochs, max(frames) * sizes.frame_bytes(name), written)


def infer_workload(sizes: Any, corpus: Corpus, settings: Any, member: Member) -> Workload:
    """Return the work of classifying all images, those of one machine at a time."""
    name, images, held = settings.representation, 0.0, 0.0
    hops = ((("train",), settings.training.hop), (("test", "evaluation"), settings.training.test_hop))
    for machine in member.machines:
        for kinds, hop in hops:
            frames = sizes.frames(name, *clips_of(corpus, machine, *kinds))
            images, held = images + frames / hop, max(held, frames)
    return Workload(images, held * sizes.frame_bytes(name))


# A step of 32 images takes a core 144 ms; on a GPU it is 2,000 kernels of 6 us (500 without training), few operations.
TRAIN = Entry(
    f"{PACKAGE}.train:train",
    Cost(8, 4.5e-3, 1500, 1, gpu_speedup=12, unit="image and epoch", basis=MEASURED),
    train_workload,
)
INFER = Entry(
    f"{PACKAGE}.infer:infer",
    Cost(8, 9e-4, 1400, 1, gpu_speedup=10, unit="image", basis=MEASURED),
    infer_workload,
    threads=2,
)
SCORE = Entry(f"{PACKAGE}.score:score", Cost(2, 0, 250, basis="estimated"), constant_workload)
