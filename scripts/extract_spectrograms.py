"""Extract the spectrograms of one shard, all from one pass over its clips."""

from adapter import job

with job(snakemake):
    from uads.audio import intake_from
    from uads.clips import read_shard
    from uads.representations.spectrograms import extract_spectrograms

    parameters = snakemake.params.representations
    extract_spectrograms(
        read_shard(snakemake.input.clips, snakemake.wildcards.shard),
        dict(zip(parameters, snakemake.output, strict=True)),
        parameters,
        intake_from(snakemake.params.audio),
        snakemake.threads,
    )
