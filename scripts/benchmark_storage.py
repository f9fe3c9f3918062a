"""Measure feature stores in half precision and compressed."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.clips import benchmark_clips
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.storage import measure_storage
    from uads.files import scratch

    settings = snakemake.params.benchmarks
    with scratch(snakemake.output[0]) as folder:
        clips = benchmark_clips(folder / "clips", settings["clips"], settings["count"])
        write_measurements(measure_storage(clips, folder, settings["rounds"]), snakemake.output[0])
