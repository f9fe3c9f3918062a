"""Write the challenge's submission files of one detector."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_table
    from uads.detectors.score_sets import read_scores
    from uads.evaluation.submissions import write_submission

    write_submission(
        index=read_table(snakemake.input.index),
        scores=read_scores(snakemake.input.scores),
        file_name=snakemake.params.file_name,
        folder=snakemake.output[0],
    )
