rule find_neighbours:
    """Find the nearest neighbours in one sample, the costly part of a UMAP."""
    input:
        samples=samples_of_scope,
        stores=sampled_stores(),
    output:
        "<results>/neighbours/{scope}/{representation}_k{k}.h5",
    log:
        "<logs>/find_neighbours/{scope}/{representation}_k{k}.log",
    conda:
        "../../envs/tensorflow-gpu.yaml"
    resources:
        **requests("find_neighbours"),
        **({"gpu": 1, "gpu_model": GPU_MODEL} if config["umaps"]["accelerate"] else {}),
    params:
        code=code_of("find_neighbours"),
        shards=sampled_shards(),
        n_neighbors=lambda wildcards: study.umaps.settings(wildcards.scope)["n_neighbors"],
        metric=lambda wildcards: study.umaps.settings(wildcards.scope)["metric"],
        method=config["umaps"]["neighbours"],
        exact_up_to=config["umaps"]["exact_up_to"],
        accelerate=config["umaps"]["accelerate"],
        kept_variance=config["umaps"]["kept_variance"],
        recall_probe=config["umaps"]["recall_probe"],
        seed=config["seed"],
    message:
        "Finding neighbours: {wildcards.scope}, {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/find_neighbours.py"


rule embed_umap:
    """Compute the UMAP of one sample."""
    input:
        samples=samples_of_scope,
        graph="<results>/neighbours/{scope}/{representation}_k{k}.h5",
        stores=sampled_stores(),
    output:
        "<results>/umaps/{scope}/{representation}_k{k}.parquet",
    log:
        "<logs>/embed_umap/{scope}/{representation}_k{k}.log",
    conda:
        "../../envs/umap.yaml"
    resources:
        **requests("embed_umap"),
    params:
        code=code_of("embed_umap"),
        shards=sampled_shards(),
        layout=lambda wildcards: study.umaps.settings(wildcards.scope)["layout"],
        min_dist=lambda wildcards: study.umaps.settings(wildcards.scope)["min_dist"],
        probe=config["umaps"]["trustworthiness_probe"],
        seed=config["seed"],
        study=config["study"],
        external=study.corpora.external,
        stand_ins=lambda wildcards: study.representations.stand_ins(wildcards.representation),
    message:
        "Computing the UMAP: {wildcards.scope}, {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/embed_umap.py"
