ruleorder: sort_stacks > sort_further_stacks


rule sort_stacks:
    """Index the stacks of one shard by energy, of all sizes that the study shows."""
    input:
        store="<results>/features/{representation}/{shard}.h5",
    output:
        collect("<results>/stacks/{{representation}}/k{k}/{{shard}}.h5", k=study.umaps.stack_sizes),
    log:
        "<logs>/sort_stacks/{representation}/{shard}.log",
    wildcard_constraints:
        representation=any_name(study.umaps.representations),
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("sort_stacks"),
    params:
        code=code_of("sort_stacks"),
        sizes=study.umaps.stack_sizes,
        energy=config["stacks"]["energy"],
    message:
        "Sorting stacks by energy: {wildcards.representation}, {wildcards.shard}"
    script:
        "../../scripts/sort_stacks.py"


use rule sort_stacks as sort_further_stacks with:
    output:
        "<results>/stacks/{representation}/k{k}/{shard}.h5",
    log:
        "<logs>/sort_further_stacks/{representation}_k{k}/{shard}.log",
    wildcard_constraints:
        representation=any_name(config["representations"]),
    resources:
        **requests("sort_further_stacks"),
    params:
        code=code_of("sort_stacks"),
        sizes=lambda wildcards: [wildcards.k],
        energy=config["stacks"]["energy"],
    message:
        "Sorting stacks of {wildcards.k} by energy: {wildcards.representation}, {wildcards.shard}"


workflow.ruleorder(*study.umaps.sampling_rules, "sample_further_stacks")


# In this loop rules take values, or functions made of them: a lambda would see the last sizes only.
for name, stack_sizes in study.umaps.sampling_rules.items():

    rule:
        name:
            name
        input:
            stores=sampled_stores(stack_sizes),
            stacks=sampled_stacks(stack_sizes),
        output:
            collect("<results>/samples/{{scope}}/{{representation}}_k{k}.parquet", k=stack_sizes),
        log:
            f"<logs>/{name}/{{scope}}/{{representation}}.log",
        wildcard_constraints:
            scope=any_name(study.umaps.scopes),
            representation=any_name(study.umaps.representations),
        conda:
            "../../envs/spectrograms.yaml"
        resources:
            **requests(name),
        params:
            code=code_of("sample_stacks"),
            sizes=stack_sizes,
            shards=sampled_shards(stack_sizes),
            counts=sampled_counts(stack_sizes),
            seed=config["seed"],
        message:
            f"Sampling stacks: {{wildcards.scope}}, {{wildcards.representation}}, k = {', '.join(map(str, stack_sizes))}"
        script:
            "../../scripts/sample_stacks.py"

    workflow.get_rule(name).docstring = "Draw the random samples of stacks of one scope and representation."


rule sample_further_stacks:
    """Draw the random sample of stacks of one further UMAP."""
    input:
        stores=sampled_stores(),
        stacks=sampled_stacks(),
    output:
        "<results>/samples/{scope}/{representation}_k{k}.parquet",
    log:
        "<logs>/sample_further_stacks/{scope}/{representation}_k{k}.log",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("sample_further_stacks"),
    params:
        code=code_of("sample_stacks"),
        sizes=lambda wildcards: [wildcards.k],
        shards=sampled_shards(),
        counts=sampled_counts(),
        seed=config["seed"],
    message:
        "Sampling stacks: {wildcards.scope}, {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/sample_stacks.py"
