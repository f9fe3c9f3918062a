"""Measure the sorting, sampling and gathering of stacks."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.few_stacks import measure_few_stacks
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.samples import measure_samples
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        measured = measure_samples(folder, params.frames, params.rounds, snakemake.threads)
        measured += measure_few_stacks(folder, params.rounds)
        write_measurements(measured, snakemake.output[0])
