"""Download one file of the dataset table."""

from adapter import job

with job(snakemake):
    from uads.corpora.datasets import find_dataset
    from uads.corpora.download import download

    wildcards = snakemake.wildcards
    download(find_dataset(snakemake.input.table, wildcards.corpus, wildcards.file), snakemake.output[0])
