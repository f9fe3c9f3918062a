"""Merge the verified digests of all downloads into the lock table."""

from adapter import job

with job(snakemake) as terminal:
    from pathlib import Path

    from uads.corpora.locks import merge_records

    lock = Path(snakemake.scriptdir).parent / "config" / "datasets.lock.csv"
    print(f"{lock} lists {merge_records(snakemake.params.downloads, lock)} files", file=terminal)
