"""Tabulate all benchmarks."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.summary import tabulate_benchmarks

    tabulate_benchmarks(snakemake.input, snakemake.output.csv, snakemake.output.md, snakemake.output.rates)
