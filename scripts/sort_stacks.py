"""Index the stacks of one shard by energy, of one or more sizes."""

from adapter import job

with job(snakemake):
    from uads.data.stacks import sort_stacks
    from uads.data.stores import FrameStore

    store = FrameStore(snakemake.input.store)
    for k, output in zip(snakemake.params.sizes, snakemake.output, strict=True):
        sort_stacks(store, int(k), output, snakemake.params.energy)
