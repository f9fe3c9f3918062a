"""Costs of sorting and sampling stacks."""

from collections.abc import Sequence

from uads.core.entry import Cost, DataSizes, Entry, Workload

BYTES_PER_STACK = 12
#: In memory, while the stacks of a shard are sorted.
SORTED_BYTES_PER_STACK = 40
#: Of the table of samples.
BYTES_PER_SAMPLE = 250


def stacks_sorted(sizes: DataSizes, representation: str, shard: str, stack_sizes: Sequence[int | str]) -> Workload:
    """Return the work of sorting a shard's stacks of some sizes, one after the other: of each about one per frame."""
    frames = sizes.frames(representation, shard)
    stacks = len(stack_sizes) * frames
    return Workload(stacks, SORTED_BYTES_PER_STACK * frames, BYTES_PER_STACK * stacks)


def samples_drawn(sizes: DataSizes, scope: str, representation: str, stack_sizes: Sequence[int | str]) -> Workload:
    """Return the work of drawing subsets of stacks of some sizes, one after the other."""
    samples = [sizes.samples(scope, representation, k) for k in stack_sizes]
    return Workload(sum(samples), 2 * BYTES_PER_SAMPLE * max(samples), BYTES_PER_SAMPLE * sum(samples))


# Both rates: benchmarks "sort stacks" and "sample and gather stacks".
SORT_STACKS = Entry("script:sort_stacks", Cost(1, 7.3188e-8, 150, memory_factor=1, unit="stack"), stacks_sorted)
SAMPLE_STACKS = Entry("script:sample_stacks", Cost(1, 1.4763e-6, 290, memory_factor=1, unit="sample"), samples_drawn)
