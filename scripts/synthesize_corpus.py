"""Synthesize one machine of the embedded corpus."""

from adapter import job

with job(snakemake):
    from contextlib import ExitStack

    from uads.corpora.plant import PLANT_SEED, PlantSize, write_machine
    from uads.files import whole

    with ExitStack() as stack:
        dev, evaluation, truth = (stack.enter_context(whole(folder)) for folder in snakemake.output)
        write_machine(
            snakemake.wildcards.machine,
            dev,
            evaluation,
            truth,
            snakemake.params.sections,
            PlantSize(**snakemake.params.size),
            PLANT_SEED,
        )
