# A rule for each group of representations that are extracted together. In this loop rules take values: a function would
# see the last group only.
for extraction in study.features.extractions:

    rule:
        name:
            extraction.rule
        input:
            clips=shard_clips,
            weights=extraction.weights or [],
        output:
            collect(
                "<results>/features/{representation}/{{shard}}.h5",
                representation=extraction.representations,
            ),
        log:
            f"<logs>/{extraction.rule}/{{shard}}.log",
        priority: extraction.spec.priority
        conda:
            f"../../envs/{extraction.spec.environment}"
        threads: extraction.spec.extract.threads
        resources:
            **requests(extraction.rule),
            **({"gpu": 1, "gpu_model": GPU_MODEL} if extraction.spec.uses_gpu else {}),
        params:
            code=extraction.spec.extract.digest,
            target=extraction.spec.extract.target,
            audio=config["audio"],
            representations={name: study.representations.settings(name) for name in extraction.representations},
            seed=config["seed"] if extraction.spec.weights else 0,
        message:
            f"Extracting {{wildcards.shard}}: {', '.join(extraction.representations)}"
        script:
            "../../scripts/extract_features.py"

    workflow.get_rule(extraction.rule).docstring = f"Extract {', '.join(extraction.representations)} of one shard."
