"""Sample the stacks of one scope."""

from adapter import job

with job(snakemake):
    from uads.core.files import write_table
    from uads.data.samples import sample_stacks

    wildcards, params = snakemake.wildcards, snakemake.params
    rows = sample_stacks(
        dict(zip(params.shards, snakemake.input.stores, strict=True)),
        dict(zip(params.shards, snakemake.input.stacks, strict=True)),
        params.counts,
        params.seed,
        ("samples", wildcards.scope, wildcards.representation, wildcards.k),
    )
    metadata = {**wildcards, "k": int(wildcards.k), "counts": params.counts, "seed": params.seed}
    write_table(rows, snakemake.output[0], metadata)
