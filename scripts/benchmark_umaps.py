"""Measure the nine UMAPs of one machine."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.clips import benchmark_clips
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.umaps import clips_for, measure_umaps
    from uads.core.files import scratch_directory

    params = snakemake.params
    n_samples = params.umap_samples
    with scratch_directory(snakemake.output[0]) as folder:
        clips = benchmark_clips(folder / "clips", params.clips, clips_for(n_samples))
        measured = measure_umaps(clips, folder, n_samples, params.exact_up_to, params.layout, snakemake.threads)
        write_measurements(measured, snakemake.output[0])
