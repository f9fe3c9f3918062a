"""Unpack one archive into its own folder, or link an archive that is already unpacked."""

from adapter import job

with job(snakemake):
    from pathlib import Path

    from uads.corpora.datasets import find_dataset, read_datasets
    from uads.corpora.download import verify_stored
    from uads.corpora.local_copies import link_present
    from uads.corpora.unpack import unpack_zip

    tables, wildcards = Path(snakemake.scriptdir).parent / "config", snakemake.wildcards
    row = find_dataset(read_datasets(tables / "datasets.csv"), wildcards.corpus, f"{wildcards.archive}.zip")
    if Path(snakemake.input.archive).is_dir():
        link_present(snakemake.input.archive, snakemake.output[0], row)
    else:
        verify_stored(snakemake.input.archive, row, tables / "datasets.lock.csv")
        unpack_zip(snakemake.input.archive, snakemake.output[0])
