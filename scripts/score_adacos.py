"""Write the score sets of sub-cluster AdaCos: sums over the networks of one or both loss variants."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_table
    from uads.detectors.adacos.combine import combine_members
    from uads.detectors.score_sets import write_scores

    params = snakemake.params
    components = {variant: snakemake.input[variant] for variant in params.detector["variants"]}
    index = read_table(snakemake.input.index)
    tables = combine_members(index, components, params.detector["choice"], params.detector["quantile"])
    for score_set, name, path in zip(params.score_sets, params.names, snakemake.output, strict=True):
        write_scores(
            tables[score_set],
            path,
            detector=name,
            study=params.study,
            parameters=params.detector,
            seed=params.seed,
            stand_ins=params.stand_ins,
            packages=["numpy", "scipy", "scikit-learn"],
        )
