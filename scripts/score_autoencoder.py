"""Score all test clips with the autoencoders."""

from adapter import job

with job(snakemake):
    from uads.detectors.autoencoder.score import score_clips
    from uads.detectors.per_machine import score_parts
    from uads.detectors.score_sets import write_scores

    params = snakemake.params
    table = score_parts(
        features=snakemake.input.features,
        models=dict(zip(params.machines, snakemake.input.models, strict=True)),
        score_clips=score_clips,
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
