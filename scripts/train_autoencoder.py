"""Train the autoencoders of one machine: one for each part of its clips."""

from adapter import job

with job(snakemake):
    from uads.core.seeds import derive_seed
    from uads.detectors.autoencoder.train import train_autoencoder
    from uads.detectors.per_machine import train_parts

    train_parts(
        features=snakemake.input.features,
        models=snakemake.output.models,
        history=snakemake.output.history,
        train=train_autoencoder,
        settings=snakemake.params.detector,
        seed=derive_seed(snakemake.params.seed, "autoencoder", snakemake.wildcards.machine),
        threads=snakemake.threads,
    )
