"""Draw one declared figure."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.figures.saving import save_figure

    figure = resolve_name(snakemake.params.target)(snakemake.input, snakemake.params.settings)
    save_figure(figure, snakemake.output, figure.dpi)
