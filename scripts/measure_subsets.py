"""Measure the samples or UMAPs of one or several subsets."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.core.files import write_table

    settings = snakemake.params.settings
    write_table(resolve_name(snakemake.params.target)(snakemake.input, settings), snakemake.output[0], settings)
