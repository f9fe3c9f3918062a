"""Compute the embeddings of all clips with one sub-cluster AdaCos network, at each of its checkpoints."""

from adapter import job

with job(snakemake):
    from uads.detectors.adacos.embed import embed_member

    embed_member(
        features=snakemake.input.features,
        weights=snakemake.input.weights,
        standardisation=snakemake.input.standardisation,
        classes=snakemake.input.classes,
        embeddings=snakemake.output[0],
        settings=snakemake.params.detector,
        threads=snakemake.threads,
    )
