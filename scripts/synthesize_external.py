"""Synthesize a stand-in for an external corpus."""

from adapter import job

with job(snakemake):
    from uads.core.files import atomic_path
    from uads.corpora import plant

    write = getattr(plant, snakemake.params.writer)
    with atomic_path(snakemake.output[0]) as folder:
        write(folder, plant.PlantSize(**snakemake.params.size), plant.PLANT_SEED)
