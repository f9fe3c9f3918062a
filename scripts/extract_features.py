"""Extract one or more representations of some shards, from one pass over the clips of each."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.data.clips import read_shard

    params, outputs = snakemake.params, iter(snakemake.output)
    extract = resolve_name(params.target)
    for shard in params.shards:
        extract(
            read_shard(snakemake.input.clips, shard),
            {name: next(outputs) for name in params.representations},
            params.representations,
            params.audio,
            snakemake.input.get("weights") or None,
            params.seed,
            snakemake.threads,
        )
