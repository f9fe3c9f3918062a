"""Score all clips, including training clips, with one sub-cluster AdaCos network."""

from adapter import job

with job(snakemake):
    from uads.core.files import versions, write_table
    from uads.core.seeds import derive_seed
    from uads.detectors.adacos.score import score_member

    params = snakemake.params
    table = score_member(
        embeddings=snakemake.input.embeddings,
        settings=params.detector,
        seed=derive_seed(params.seed, "adacos", snakemake.wildcards.member),
        threads=snakemake.threads,
    )
    metadata = {"parameters": dict(params.detector), "versions": versions("numpy", "scipy", "scikit-learn")}
    write_table(table, snakemake.output[0], metadata)
