"""Extract the OpenL3 embeddings of one shard."""

from adapter import job

with job(snakemake):
    from uads.data.audio import reading_options
    from uads.data.clips import read_shard, select_clips
    from uads.representations.l3.extract import extract_l3

    parameters = snakemake.params.representation
    clips = select_clips(read_shard(snakemake.input.clips, snakemake.wildcards.shard), parameters)
    weights = snakemake.input.get("weights") or None
    intake = reading_options(snakemake.params.audio)
    extract_l3(clips, snakemake.output[0], parameters, weights, snakemake.params.seed, snakemake.threads, intake)
