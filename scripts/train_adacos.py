"""Train one sub-cluster AdaCos network."""

from adapter import job

with job(snakemake) as terminal:
    from uads.core.seeds import derive_seed
    from uads.detectors.adacos.train import train_member

    train_member(
        features=snakemake.input.features,
        weights=snakemake.output.weights,
        history=snakemake.output.history,
        standardisation=snakemake.output.standardisation,
        classes=snakemake.output.classes,
        settings=snakemake.params.detector,
        seed=derive_seed(snakemake.params.seed, "adacos", snakemake.wildcards.member),
        threads=snakemake.threads,
        terminal=terminal,
        code=snakemake.params.code,
    )
