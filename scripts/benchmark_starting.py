"""Measure the dry run and the plan of a large study of own clips."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.starting import measure_starting
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        write_measurements(measure_starting(folder, params.workflow, params.machines), snakemake.output[0])
