"""Score all test clips by the mixtures behind the sub-cluster AdaCos networks, summed over the ensemble."""

from adapter import job

with job(snakemake):
    from uads.detectors.adacos.score import score_members
    from uads.detectors.scores import write_scores

    params = snakemake.params
    table = score_members(
        embeddings=snakemake.input.embeddings, settings=params.detector, seed=params.seed, threads=snakemake.threads
    )
    write_scores(
        table,
        snakemake.output[0],
        detector="adacos",
        study=params.study,
        parameters=params.detector,
        seed=params.seed,
        stand_ins=params.stand_ins,
        packages=["numpy", "scipy", "scikit-learn"],
    )
