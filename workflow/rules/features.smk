# A rule for each group of representations that are extracted together. In this loop rules take values, or functions made
# of them: a lambda would see the last group only.
for extraction in extractions:

    rule:
        name:
            extraction.rule
        input:
            clips=batch_clips(extraction),
            weights=extraction.weights or [],
        output:
            collect(
                "<results>/features/{representation}/{{batch}}{ending}.h5",
                ending=extraction.endings,
                representation=extraction.representations,
            ),
        log:
            f"<logs>/{extraction.rule}/{{batch}}.log",
        wildcard_constraints:
            batch=any_name(extraction.batches),
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
            shards=batch_shards(extraction),
            audio=config["audio"],
            representations={name: study.representations.settings(name) for name in extraction.representations},
            seed=config["seed"] if extraction.spec.weights else 0,
        message:
            f"Extracting {', '.join(extraction.representations)}: {{wildcards.batch}}"
        script:
            "../../scripts/extract_features.py"

    workflow.get_rule(extraction.rule).docstring = f"Extract {', '.join(extraction.representations)} of some shards."
