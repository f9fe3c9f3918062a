"""Write the methods page: data, methods, parameters and software versions."""

from adapter import job

with job(snakemake):
    from uads.core.files import atomic_path, read_table
    from uads.pages.methods import methods_page

    params = snakemake.params
    columns = ["corpus", "machine", "section", "domain", "split", "label", "part"]
    clips = [read_table(path, columns) for path in snakemake.input.clips]
    page = methods_page(params.config, clips, params.paragraphs, params.references, params.stand_ins)
    with atomic_path(snakemake.output[0]) as partial:
        partial.write_text(page)
