"""Draw the dual plot of all machines of a study from a UMAP."""

from adapter import job

with job(snakemake):  # noqa: F821  Snakemake provides it
    from uads.core.files import read_metadata, read_table
    from uads.figures import COLUMNS, Settings, plot_global, save_figure

    umap, params, output = snakemake.input.umap, snakemake.params, snakemake.output  # noqa: F821
    settings = Settings.from_params(params.settings)
    figure = plot_global(read_table(umap, COLUMNS), read_metadata(umap), settings)
    save_figure(figure, output, settings.dpi)
