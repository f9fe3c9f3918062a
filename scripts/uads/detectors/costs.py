"""Entries that several kinds of detectors share."""

from uads.core.entry import Cost, Entry, constant_workload

#: Basis of the costs of a stage with a network.
MEASURED = "time and base memory measured on a CPU; memory of each frame estimated; the GPU's share assumed"

COMBINE_PARTS = Entry("uads.detectors.gamma:combine_parts", Cost(2, 0, 270, basis="estimated"), constant_workload)
COMBINE_SECTIONS = Entry("uads.detectors.gamma:combine_sections", Cost(2, 0, 270, basis="estimated"), constant_workload)
