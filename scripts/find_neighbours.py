"""Find the nearest neighbours of one sampled subset."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_table
    from uads.core.seeds import derive_seed
    from uads.data.samples import gather_stacks
    from uads.manifold.method import choose_method
    from uads.manifold.neighbours import find_neighbours, write_graph

    if snakemake.params.accelerate:
        from uads.core.keras_setup import disable_tf32, has_gpu

        disable_tf32()
    wildcards, params, threads = snakemake.wildcards, snakemake.params, snakemake.threads
    stores = dict(zip(params.shards, snakemake.input.stores, strict=True))
    rows = read_table(snakemake.input.samples, ["shard", "frame"])
    samples = gather_stacks(rows, stores, int(wildcards.k), threads)
    accelerate = params.accelerate and has_gpu()
    method = choose_method(len(samples), params.exact_up_to, accelerate, params.method)
    seed = derive_seed(params.seed, "neighbours", *wildcards)
    graph, attributes = find_neighbours(
        samples, params.n_neighbors, params.metric, method, seed, params.recall_probe, params.kept_variance, accelerate
    )
    write_graph(snakemake.output[0], graph, attributes)
