"""Costs of pages."""

from uads.core.entry import Cost, Entry, constant_workload

WRITE_METHODS = Entry("script:write_methods", Cost(2, 0, 300), constant_workload)
