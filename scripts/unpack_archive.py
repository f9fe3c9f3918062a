"""Unpack one archive into a folder of its own."""

from adapter import job

with job(snakemake):
    from uads.corpora.unpack import unpack_zip

    unpack_zip(snakemake.input.archive, snakemake.output[0])
