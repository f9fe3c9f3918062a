"""Write Table 1: the network, as training described it."""

from adapter import job

with job(snakemake):
    from pathlib import Path

    import pandas as pd

    from uads.tables.render import write_table_files
    from uads.tables.wilkinghoff2021 import beside_published_sizes, layout_table_1

    output = snakemake.output
    network = pd.read_csv(Path(snakemake.input.model, "layers.csv"), keep_default_na=False, dtype={"output_size": str})
    write_table_files(beside_published_sizes(network), layout_table_1(), output.csv, output.md, output.html)
