"""Write the table of clips that were excluded or kept with a warning."""

from adapter import job

with job(snakemake):
    import pandas as pd

    from uads.core.files import read_table
    from uads.corpora.exclusions import read_exclusions
    from uads.tables.exclusions import layout_exclusions
    from uads.tables.render import write_table_files

    used = pd.concat([read_table(path, ["corpus"]) for path in snakemake.input.clips])["corpus"].value_counts()
    table = read_exclusions(snakemake.input.excluded)
    output = snakemake.output
    write_table_files(table, layout_exclusions(table, used.to_dict()), output.csv, output.md, output.html)
