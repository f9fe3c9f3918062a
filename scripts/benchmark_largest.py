"""Measure neighbour search and layout of subsets as large as those of the published study."""

from adapter import job

with job(snakemake):
    from uads.benchmarks.clips import benchmark_clips
    from uads.benchmarks.measurement import write_measurements
    from uads.benchmarks.umaps import LARGEST, clips_for, measure_largest
    from uads.core.files import scratch_directory

    params = snakemake.params
    with scratch_directory(snakemake.output[0]) as folder:
        n_clips = max(clips_for(n_samples) for _, _, n_samples in LARGEST)
        clips = benchmark_clips(folder / "clips", params.clips, n_clips)
        write_measurements(
            measure_largest(clips, folder, params.exact_up_to, params.layout, snakemake.threads), snakemake.output[0]
        )
