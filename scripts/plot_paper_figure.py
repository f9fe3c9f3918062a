"""Draw one of the paper's figures from the UMAP that it shows."""

from adapter import job

with job(snakemake):  # noqa: F821  Snakemake provides it
    from uads.figures import COLUMNS, Settings, plot_paper_figure, save_figure
    from uads.files import read_metadata, read_table

    umap, params, output = snakemake.input.umap, snakemake.params, snakemake.output  # noqa: F821
    settings = Settings.from_params(params)
    figure = plot_paper_figure(read_table(umap, COLUMNS), read_metadata(umap), params.figure, settings)
    save_figure(figure, output, settings.dpi)
