"""Index the stacks of one shard by energy."""

from adapter import job

with job(snakemake):
    from uads.data.stacks import sort_stacks
    from uads.data.stores import FrameStore

    store = FrameStore(snakemake.input.store)
    sort_stacks(store, int(snakemake.wildcards.k), snakemake.output[0], snakemake.params.energy)
