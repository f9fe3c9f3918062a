"""Measure the training of sub-cluster AdaCos."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.training import measure_training
    from uads.files import scratch

    settings, threads = snakemake.params.benchmarks, snakemake.threads
    with scratch(snakemake.output[0]) as folder:
        measured = measure_training(
            folder,
            settings["training_clips"],
            settings["training_store"],
            {key: snakemake.params.detector[key] for key in ("precision", "training_data")},
            threads,
            settings["rounds"],
        )
        write_measurements(measured, snakemake.output[0])
