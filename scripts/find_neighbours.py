"""Find the nearest neighbours of one sampled subset."""

from adapter import job

with job(snakemake):
    from uads.files import read_table
    from uads.neighbours import choose_method, find_neighbours, write_graph
    from uads.samples import gather_stacks
    from uads.seeds import derive_seed

    wildcards, params = snakemake.wildcards, snakemake.params
    stores = dict(zip(params.shards, snakemake.input.stores, strict=True))
    samples = gather_stacks(read_table(snakemake.input.samples, ["shard", "frame"]), stores, int(wildcards.k))
    method = choose_method(len(samples), params.exact_up_to)
    seed = derive_seed(params.seed, "neighbours", *wildcards)
    graph, attributes = find_neighbours(samples, params.n_neighbors, params.metric, method, seed)
    write_graph(snakemake.output[0], graph, attributes)
