"""Build one table and write it as CSV, Markdown and HTML."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.tables.render import write_table_files

    output = snakemake.output
    table, layout = resolve_name(snakemake.params.target)(snakemake.input, snakemake.params.settings)
    write_table_files(table, layout, output.csv, output.md, output.html)
