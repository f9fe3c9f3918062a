"""Extract the spectrograms of one shard, all from one pass over its clips."""

from adapter import job

with job(snakemake):
    from uads.data.audio import reading_options
    from uads.data.clips import read_shard
    from uads.representations.spectrogram.extract import extract_spectrograms

    parameters = snakemake.params.representations
    extract_spectrograms(
        read_shard(snakemake.input.clips, snakemake.wildcards.shard),
        dict(zip(parameters, snakemake.output, strict=True)),
        parameters,
        reading_options(snakemake.params.audio),
        snakemake.threads,
    )
