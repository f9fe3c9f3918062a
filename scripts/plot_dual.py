"""Draw one dual plot from its UMAP."""

from adapter import job

with job(snakemake):
    from uads.core.files import read_metadata, read_table
    from uads.figures.dual.described import plot_figure
    from uads.figures.dual.samples import COLUMNS
    from uads.figures.dual.settings import Settings
    from uads.figures.saving import save_figure

    umap, params = snakemake.input.umap, snakemake.params
    settings = Settings.from_params(params.settings)
    figure = plot_figure(read_table(umap, COLUMNS), read_metadata(umap), params.figure, settings)
    save_figure(figure, snakemake.output, settings.dpi)
