"""Measure layouts and exact neighbours of a realistic mixture."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.layouts import measure_layouts
    from uads.benchmarks.measurement import write_measurements
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        measured = measure_layouts(
            folder, params.sizes, params.seeds, params.exact_up_to, params.exact_samples, params.rounds
        )
        write_measurements(measured, snakemake.output[0])
