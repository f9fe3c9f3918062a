for name, measure in study.measures.declared.items():

    rule:
        name:
            f"measure_{name}"
        input:
            unpack(partial(study.measures.inputs, name)),
        output:
            study.measures.output(name),
        log:
            study.measures.output(name).replace("<results>/measures/", "<logs>/measure_").replace(".parquet", ".log"),
        conda:
            f"../../envs/{measure.environment}.yaml"
        resources:
            **requests(f"measure_{name}"),
        params:
            code=measure.entry.digest,
            target=measure.entry.target,
            settings=measure.params(study),
        message:
            f"Measuring {name}"
        script:
            "../../scripts/measure_subsets.py"

    workflow.get_rule(f"measure_{name}").docstring = measure.title
