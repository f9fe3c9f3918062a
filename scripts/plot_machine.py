"""Draw the dual plot of one machine from a UMAP."""

from adapter import job

with job(snakemake):  # noqa: F821  Snakemake provides it
    from uads.core.files import read_metadata, read_table
    from uads.figures import COLUMNS, Settings, plot_machine, save_figure

    umap, params, output = snakemake.input.umap, snakemake.params, snakemake.output  # noqa: F821
    settings = Settings.from_params(params.settings)
    figure = plot_machine(read_table(umap, COLUMNS), read_metadata(umap), settings)
    save_figure(figure, output, settings.dpi)
