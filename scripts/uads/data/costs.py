"""Costs of sorting and sampling stacks."""

from uads.core.entry import Cost, DataSizes, Entry, Workload

BYTES_PER_STACK = 12
#: In memory, while the stacks of a shard are sorted.
SORTED_BYTES_PER_STACK = 40
#: Of the table of samples.
BYTES_PER_SAMPLE = 250


def stacks_sorted(sizes: DataSizes, representation: str, shard: str) -> Workload:
    """Return the work of sorting a shard's stacks of one size: about as many as it has frames."""
    frames = sizes.frames(representation, shard)
    return Workload(frames, SORTED_BYTES_PER_STACK * frames, BYTES_PER_STACK * frames)


def samples_drawn(sizes: DataSizes, scope: str, representation: str, k: int | str) -> Workload:
    """Return the work of drawing a subset."""
    samples = sizes.samples(scope, representation, k)
    written = BYTES_PER_SAMPLE * samples
    return Workload(samples, 2 * written, written)


# Both rates: benchmarks "sort stacks" and "sample and gather stacks".
SORT_STACKS = Entry("script:sort_stacks", Cost(1, 7.3188e-8, 150, memory_factor=1, unit="frame"), stacks_sorted)
SAMPLE_STACKS = Entry("script:sample_stacks", Cost(1, 1.4763e-6, 290, memory_factor=1, unit="sample"), samples_drawn)
