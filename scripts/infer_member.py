"""Apply one member of a detector to all clips."""

from adapter import job

with job(snakemake):
    from pathlib import Path
    from pkgutil import resolve_name

    import uads.core.keras_setup  # noqa: F401  imports Keras without libraries that no network needs
    from uads.core.files import versions
    from uads.detectors.job import Job, member_from
    from uads.detectors.outputs import write_outputs
    from uads.learning.clip_frames import open_stores

    params = snakemake.params
    own = Job(params.seed, params.kind, snakemake.threads)
    frames, model = open_stores(snakemake.input.features), Path(snakemake.input.model)
    outputs = resolve_name(params.target)(frames, model, member_from(params.member), params.settings, own)
    facts = {"parameters": dict(params.settings), "versions": versions("numpy", "keras", "h5py")}
    write_outputs(outputs, snakemake.output[0], facts)
