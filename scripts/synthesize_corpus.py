"""Synthesize one machine of the embedded corpus."""

from adapter import job

with job(snakemake):
    from contextlib import ExitStack
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from uads.core.files import atomic_path
    from uads.corpora.plant import PLANT_SEED, PlantSize, write_machine

    output = snakemake.output
    with ExitStack() as stack:
        dev, evaluation = (stack.enter_context(atomic_path(folder)) for folder in (output.dev, output.eval))
        truth = Path(stack.enter_context(TemporaryDirectory(dir=dev.parent)))
        write_machine(
            snakemake.wildcards.machine,
            dev,
            evaluation,
            truth,
            snakemake.params.sections,
            PlantSize(**snakemake.params.size),
            PLANT_SEED,
        )
        for path in output.truth:
            (truth / Path(path).name).replace(path)
