"""Sample the stacks of one scope and representation, of one or more sizes that are drawn from the same shards."""

from adapter import job

with job(snakemake):
    from uads.core.files import write_table
    from uads.data.samples import sample_stacks

    params = snakemake.params
    scope, representation = snakemake.wildcards.scope, snakemake.wildcards.representation
    stores = dict(zip(params.shards, snakemake.input.stores, strict=True))
    stacks = iter(snakemake.input.stacks)
    for k, output in zip(map(str, params.sizes), snakemake.output, strict=True):
        counts = params.counts[k]
        names = ("samples", scope, representation, k)
        rows = sample_stacks(stores, {shard: next(stacks) for shard in params.shards}, counts, params.seed, names)
        own = {"scope": scope, "representation": representation, "k": int(k), "counts": counts, "seed": params.seed}
        write_table(rows, output, own)
