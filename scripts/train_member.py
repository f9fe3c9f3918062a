"""Train one member of a detector."""

from adapter import job

with job(snakemake) as terminal:
    from pathlib import Path
    from pkgutil import resolve_name

    import uads.core.keras_setup  # noqa: F401  imports Keras without libraries that no network needs
    from uads.core.files import atomic_path
    from uads.detectors.job import Job, member_from
    from uads.learning.checkpointing import discard_state
    from uads.learning.clip_frames import open_stores

    params, output = snakemake.params, snakemake.output
    history = Path(output.history)
    own = Job(params.seed, params.kind, snakemake.threads, history, terminal, params.code)
    with atomic_path(output.model) as model, atomic_path(history) as partial:
        model.mkdir()
        frames, member = open_stores(snakemake.input.features), member_from(params.member)
        resolve_name(params.target)(frames, member, params.settings, model, own).to_csv(partial, index=False)
    discard_state(own.state)
