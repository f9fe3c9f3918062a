"""Write the methods page: data, methods, parameters and software versions."""

from adapter import job

with job(snakemake):
    import pandas as pd

    from uads.core.files import atomic_path, read_table
    from uads.pages.methods import methods_page

    columns = ["corpus", "machine", "section", "domain", "split", "label", "part"]
    clips = [read_table(path, columns) for path in snakemake.input.clips]
    page = methods_page(
        snakemake.params.config, clips, pd.read_csv(snakemake.input.corpora), snakemake.params.stand_ins
    )
    with atomic_path(snakemake.output[0]) as partial:
        partial.write_text(page)
