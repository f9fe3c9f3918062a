"""Measure the drawing of a large machine plot."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.figures import measure_figures
    from uads.benchmarks.measurement import write_measurements
    from uads.core.files import scratch_directory

    with scratch_directory(snakemake.output[0]) as folder:
        write_measurements(measure_figures(folder, snakemake.params.rounds), snakemake.output[0])
