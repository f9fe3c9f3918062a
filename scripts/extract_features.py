"""Extract one or more representations of one shard from one pass over its clips."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.data.clips import read_shard

    params = snakemake.params
    resolve_name(params.target)(
        read_shard(snakemake.input.clips, snakemake.wildcards.shard),
        dict(zip(params.representations, snakemake.output, strict=True)),
        params.representations,
        params.audio,
        snakemake.input.get("weights") or None,
        params.seed,
        snakemake.threads,
    )
