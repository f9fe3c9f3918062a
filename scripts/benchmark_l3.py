"""Measure the extraction of OpenL3 embeddings."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.clips import benchmark_clips
    from uads.benchmarks.l3 import measure_l3
    from uads.benchmarks.measurement import write_measurements
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        clips = benchmark_clips(folder / "clips", params.clips, params.l3_count)
        write_measurements(measure_l3(clips, folder, snakemake.threads), snakemake.output[0])
