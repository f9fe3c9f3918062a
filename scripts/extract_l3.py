"""Extract the OpenL3 embeddings of one shard."""

from adapter import job

with job(snakemake):
    from uads.audio import intake_from
    from uads.clips import read_shard, select_clips
    from uads.representations.l3 import extract_l3

    parameters = snakemake.params.representation
    clips = select_clips(read_shard(snakemake.input.clips, snakemake.wildcards.shard), parameters)
    weights = snakemake.input.get("weights") or None
    intake = intake_from(snakemake.params.audio)
    extract_l3(clips, snakemake.output[0], parameters, weights, snakemake.params.seed, snakemake.threads, intake)
