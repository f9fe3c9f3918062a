"""Score all test clips by the autoencoders."""

from adapter import job

with job(snakemake):
    from uads.detectors.autoencoder.score import score_autoencoders
    from uads.detectors.scores import write_scores

    params, models = snakemake.params, iter(snakemake.input.models)
    table = score_autoencoders(
        features=snakemake.input.features,
        models={machine: {part: next(models) for part in params.parts} for machine in params.machines},
        quantile=params.detector["quantile"],
        threads=snakemake.threads,
    )
    write_scores(
        table,
        snakemake.output[0],
        detector="autoencoder",
        study=params.study,
        parameters=params.detector,
        seed=params.seed,
        stand_ins=params.stand_ins,
        packages=["numpy", "scipy", "keras"],
    )
