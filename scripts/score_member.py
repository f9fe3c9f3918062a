"""Score all clips, including training clips, with one member of a detector."""

from adapter import job

with job(snakemake):
    from pkgutil import resolve_name

    from uads.core.files import versions, write_table
    from uads.detectors.job import Job, member_from
    from uads.detectors.outputs import read_outputs
    from uads.learning.clip_frames import open_stores

    params, given = snakemake.params, snakemake.input
    own = Job(params.seed, params.kind, snakemake.threads)
    inputs = read_outputs(given.outputs) if given.outputs else open_stores(given.features)
    table = resolve_name(params.target)(inputs, member_from(params.member), params.settings, own)
    metadata = {"parameters": dict(params.settings), "versions": versions("numpy", "scipy", "scikit-learn")}
    write_table(table, snakemake.output[0], metadata)
