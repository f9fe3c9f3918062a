"""Benchmarks: each costly stage compared with a plain implementation and with the limit of the machine."""
