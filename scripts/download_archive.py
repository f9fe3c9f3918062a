"""Download one file of the dataset table."""

from adapter import job

with job(snakemake):
    from pathlib import Path

    from uads.corpora.datasets import find_dataset, read_datasets
    from uads.corpora.download import download
    from uads.corpora.transfer import Manners

    tables, wildcards = Path(snakemake.scriptdir).parent / "config", snakemake.wildcards
    settings = snakemake.config["downloads"]
    download(
        row=find_dataset(read_datasets(tables / "datasets.csv"), wildcards.corpus, wildcards.file),
        output=snakemake.output[0],
        manners=Manners(settings["base"], settings["attempts"], settings["timeout"]),
        lock=tables / "datasets.lock.csv",
    )
