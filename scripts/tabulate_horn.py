"""Write the horn table: how closely the samples of lowest energy lie around the cross of each UMAP."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_metadata, read_table
    from uads.measures.low_energy import measure_horns
    from uads.tables.low_energy import layout_horn
    from uads.tables.render import write_table_files

    params, output = snakemake.params, snakemake.output
    umaps = ((read_metadata(path), read_table(path, ["x", "y", "energy"])) for path in snakemake.input.umaps)
    table = measure_horns(umaps, params.cross_skip, params.cross_average)
    layout = layout_horn(table, params.stand_ins, params.study)
    write_table_files(table, layout, output.csv, output.md, output.html)
