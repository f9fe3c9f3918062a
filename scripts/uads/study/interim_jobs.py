"""Jobs of rules whose areas do not declare their own entries yet: each function goes when its view has ``jobs``."""

from collections.abc import Sequence
from typing import Any

from uads.core.entry import Cost, DataSizes, Entry, Jobs, Workload
from uads.study.resources import merge_jobs

CPU = "measured on a CPU; the GPU's share assumed"
TRAINING = "time and base memory measured on a CPU; memory of each frame estimated; the GPU's share assumed"
SCORING = "time and base memory measured; memory of each frame estimated"


def given(work: Workload) -> Workload:
    """Return the work as it is given."""
    return work


SPECTROGRAMS = Cost(2, 3.3146e-6, 290, unit="frame")
L3 = Cost(10, 0.097916, 1500, gpu_speedup=10, unit="frame", basis=CPU)
EXTRACT_SPECTROGRAMS = Entry("script:extract_spectrograms", SPECTROGRAMS, given)
EXTRACT_L3 = Entry("script:extract_l3", L3, given)


def feature_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of extraction."""

    def spectrograms(names: Sequence[str], shard: str) -> Workload:
        written = sum(sizes.stored_bytes(name, shard) for name in names)
        return Workload(max((sizes.frames(name, shard) for name in names), default=0), output_bytes=written)

    def l3(one: Any) -> Workload:
        written = sizes.stored_bytes(one.representation, one.shard)
        return Workload(sizes.frames(one.representation, one.shard), output_bytes=written)

    shown, read = study.umaps.shown_of_kind("spectrogram"), study.detectors.representations
    own = [name for name in shown if name not in read]
    return {
        "extract_spectrograms": lambda one: EXTRACT_SPECTROGRAMS.job(spectrograms(own, one.shard)),
        "extract_logmel": lambda one: EXTRACT_SPECTROGRAMS.job(spectrograms(read, one.shard)),
        "extract_l3": lambda one: EXTRACT_L3.job(l3(one)),
    }


def interim_jobs(study: Any, sizes: DataSizes) -> Jobs:
    """Return the jobs of all these areas."""
    return merge_jobs(*(jobs(study, sizes) for jobs in (feature_jobs,)))
