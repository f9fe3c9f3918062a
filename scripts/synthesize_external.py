"""Synthesize a stand-in for an external corpus."""

from adapter import job

with job(snakemake):
    from uads.core.files import atomic_path
    from uads.corpora.plant import PLANT_SEED, PlantSize, write_engines, write_fragments

    write = {"audioset": write_fragments, "idmt": write_engines}[snakemake.params.layout]
    with atomic_path(snakemake.output[0]) as folder:
        write(folder, PlantSize(**snakemake.params.size), PLANT_SEED)
