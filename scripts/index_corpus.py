"""List the clips of one corpus."""

from adapter import job

with job(snakemake):
    from uads.corpora.index import index_corpus
    from uads.files import write_table

    table = index_corpus(snakemake.params.corpus)
    write_table(table, snakemake.output[0], snakemake.params.corpus)
