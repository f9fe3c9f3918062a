"""Train the MobileNetV2 classifiers of one machine: one for each part of its clips."""

from adapter import job

with job(snakemake):
    from uads.detectors.mobilenetv2.train import train_classifier
    from uads.detectors.parts import train_parts
    from uads.seeds import derive_seed

    train_parts(
        features=snakemake.input.features,
        models=snakemake.output.models,
        history=snakemake.output.history,
        train=train_classifier,
        settings=snakemake.params.detector,
        seed=derive_seed(snakemake.params.seed, "mobilenetv2", snakemake.wildcards.machine),
        threads=snakemake.threads,
    )
