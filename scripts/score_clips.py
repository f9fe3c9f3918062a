"""Write one score set: the scores of the test clips, and those of the training clips in a table of their own."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.core.files import read_table
    from uads.detectors.job import member_from
    from uads.detectors.score_sets import clips_of_split, write_scores

    params, output = snakemake.params, snakemake.output
    index, members = read_table(snakemake.input.index), map(member_from, params.members)
    scored = list(zip(members, map(read_table, snakemake.input.components), strict=True))
    table = resolve_name(params.target)(index, scored, params.how, params.settings)
    for split, path in (("test", output.test), ("train", output.train)):
        write_scores(
            clips_of_split(table, index, split),
            path,
            detector=snakemake.wildcards.score_set,
            study=params.study,
            parameters=params.settings,
            seed=params.seed,
            stand_ins=params.stand_ins,
            packages=["numpy", "scipy", "scikit-learn"],
        )
