"""Print the downloads, disk space and job requests of the study; fail if the disk is too small."""

from adapter import job

with job(snakemake) as terminal:
    import shutil

    from uads.core.errors import UserError
    from uads.corpora.datasets import read_datasets
    from uads.corpora.layouts import clip_counts
    from uads.study.disk import bytes_lacking, bytes_there, tabulate_disk
    from uads.study.plan import Plan
    from uads.study.request_table import BASIS, as_size, as_text, tabulate_requests

    datasets, counts = read_datasets(snakemake.input.datasets), clip_counts()
    plan = Plan(snakemake.params.config, datasets, counts, snakemake.params.snakefile)
    stages, there, free = plan.stages(), bytes_there(plan.study), shutil.disk_usage(".").free
    print(f"{as_text(tabulate_disk(stages, there, free), left=(0, 4))}\n", file=terminal)
    print(f"{as_text(tabulate_requests(plan.requests()))}\n{BASIS}", file=terminal)
    lacking = bytes_lacking(stages, there, free)
    if lacking > 0:
        raise UserError(f"the disk is {as_size(lacking)} too small: free space, or run from a folder on a larger disk")
