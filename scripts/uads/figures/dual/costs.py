"""What drawing a dual plot takes."""

from collections.abc import Sequence

from uads.core.entry import Cost, Entry, Workload


def pixels(size: Sequence[float], dpi: float, formats: int) -> Workload:
    """Return the work on a plot of a size in inches, in a number of formats."""
    width, height = size
    number = width * height * dpi**2
    return Workload(number, resident_bytes=4 * number, output_bytes=number * formats)


DUAL = Entry("script:plot_dual", Cost(2, 5e-8, 350, memory_factor=2.5, unit="pixel"), pixels)
