"""List the clips of one corpus."""

from adapter import job

with job(snakemake) as terminal:
    from uads.core.files import write_table
    from uads.corpora.exclusions import count_exclusions, write_exclusions
    from uads.corpora.index import index_corpus

    params, output = snakemake.params, snakemake.output
    clips, excluded = index_corpus(params.corpus, params.channel, params.bad_clips)
    write_table(clips, output.clips, params.corpus)
    write_exclusions(excluded, output.excluded)
    if len(excluded):
        print(f"{params.corpus['name']}: {count_exclusions(excluded)}: see {output.excluded}", file=terminal)
