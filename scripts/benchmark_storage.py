"""Measure feature stores in half precision and compressed."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.clips import benchmark_clips
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.storage import measure_storage
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        clips = benchmark_clips(folder / "clips", params.clips, params.n_clips)
        write_measurements(measure_storage(clips, folder, params.rounds), snakemake.output[0])
