"""Measure the training of sub-cluster AdaCos."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.training import measure_training
    from uads.core.files import scratch_directory

    params, threads = snakemake.params, snakemake.threads
    with scratch_directory(snakemake.output[0]) as folder:
        measured = measure_training(
            folder,
            params.training_clips,
            params.training_store,
            params.settings,
            threads,
            params.rounds,
        )
        write_measurements(measured, snakemake.output[0])
