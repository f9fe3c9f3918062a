"""Train the autoencoders of one machine: one for each part of its clips."""

from adapter import job

with job(snakemake):
    from uads.detectors.autoencoder.train import train_autoencoders
    from uads.seeds import derive_seed

    train_autoencoders(
        features=snakemake.input.features,
        models=snakemake.output.models,
        history=snakemake.output.history,
        settings=snakemake.params.detector,
        seed=derive_seed(snakemake.params.seed, "autoencoder", snakemake.wildcards.machine),
        threads=snakemake.threads,
    )
