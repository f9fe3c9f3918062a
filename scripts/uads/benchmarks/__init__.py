"""Benchmarks: each costly stage against the plain way to do it and against the limit of the machine."""
