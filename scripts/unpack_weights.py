"""Unpack the published weights of a network."""

from adapter import job

with job(snakemake):
    from uads.corpora.unpack import unpack_gzip

    unpack_gzip(snakemake.input.archive, snakemake.output[0])
