"""Print the downloads, stage costs and job requests of the study; fail if the disk is too small."""

from adapter import job

with job(snakemake) as terminal:
    import shutil

    from uads.core.errors import UserError
    from uads.corpora.datasets import read_datasets
    from uads.study.budget import as_size, budget, describe, lacking, present, read_clip_counts, read_rates
    from uads.study.needs import BASIS, Needs, describe_requests, read_needs
    from uads.study.study import Study

    study = Study(snakemake.params.config, read_datasets(snakemake.input.datasets))
    counts, rates = read_clip_counts(snakemake.input.counts), read_rates(snakemake.input.rates)
    stages = budget(study, counts, rates)
    there, free = present(study), shutil.disk_usage(".").free
    print(describe(stages, there, free), file=terminal)
    needs = Needs(study, counts, read_needs(snakemake.input.needs, rates))
    print(f"\n{describe_requests(list(needs.requests()))}\n{BASIS}", file=terminal)
    missing = lacking(stages, there, free)
    if missing > 0:
        raise UserError(f"the disk is {as_size(missing)} too small: free space, or run from a folder on a larger disk")
