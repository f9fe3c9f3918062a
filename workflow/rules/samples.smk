rule sort_stacks:
    """Index the stacks of one shard by energy."""
    input:
        store="<results>/features/{representation}/{shard}.h5",
    output:
        "<results>/stacks/{representation}/k{k}/{shard}.h5",
    log:
        "<logs>/sort_stacks/{representation}_k{k}/{shard}.log",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("sort_stacks"),
    params:
        code=code_of("sort_stacks"),
        energy=config["stacks"]["energy"],
    message:
        "Sorting stacks of {wildcards.k} by energy: {wildcards.representation}, {wildcards.shard}"
    script:
        "../../scripts/sort_stacks.py"


rule sample_stacks:
    """Draw the random sample of stacks of one scope."""
    input:
        stores=sampled_stores,
        stacks=sampled_stacks,
    output:
        "<results>/samples/{scope}/{representation}_k{k}.parquet",
    log:
        "<logs>/sample_stacks/{scope}/{representation}_k{k}.log",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("sample_stacks"),
    params:
        code=code_of("sample_stacks"),
        shards=lambda wildcards: study.umaps.sampled_shards(wildcards.scope, wildcards.k),
        counts=lambda wildcards: study.umaps.counts(wildcards.scope, wildcards.k),
        seed=config["seed"],
    message:
        "Sampling stacks: {wildcards.scope}, {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/sample_stacks.py"
