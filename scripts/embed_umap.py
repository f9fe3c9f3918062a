"""Compute the UMAP of one sampled subset."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_table, versions, write_table
    from uads.core.seeds import derive_rng, derive_seed
    from uads.data.samples import gather_stacks
    from uads.manifold.neighbours import read_graph
    from uads.manifold.quality import trustworthiness
    from uads.manifold.umaps import embed_umap

    wildcards, params, threads = snakemake.wildcards, snakemake.params, snakemake.threads
    rows = read_table(snakemake.input.samples)
    stores = dict(zip(params.shards, snakemake.input.stores, strict=True))
    samples = gather_stacks(rows, stores, int(wildcards.k), threads)
    graph, found = read_graph(snakemake.input.graph)
    seed = derive_seed(params.seed, "umaps", *wildcards)
    layout, computed = embed_umap(samples, graph, params.layout, params.min_dist, found["metric"], seed, threads)
    probe = derive_rng(params.seed, "trustworthiness", *wildcards)
    metadata = {
        **wildcards,
        **computed,
        "k": int(wildcards.k),
        "study": params.study,
        "n_neighbors": graph[0].shape[1],
        "neighbours": found["method"],
        "recall": found["recall"],
        "min_dist": params.min_dist,
        "metric": found["metric"],
        "seed": params.seed,
        "trustworthiness": trustworthiness(samples, layout, found["metric"], params.probe, probe),
        "external": list(params.external),
        "stand_ins": list(params.stand_ins),
        "versions": found["versions"] | computed["versions"] | versions("numpy"),
    }
    write_table(rows.assign(x=layout[:, 0], y=layout[:, 1]), snakemake.output[0], metadata)
