"""Print the downloads, disk space, memory and time of the study, and whether it fits on this computer."""

from adapter import job

with job(snakemake) as terminal:
    from uads.corpora.datasets import read_datasets
    from uads.corpora.layouts import clip_counts
    from uads.study.plan import Plan
    from uads.study.plan_text import describe, this_computer

    params = snakemake.params
    plan = Plan(params.config, read_datasets(snakemake.input.datasets), clip_counts(), params.snakefile)
    print(describe(plan, this_computer(**params.places)), file=terminal)
