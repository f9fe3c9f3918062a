"""Synthesize a stand-in for an external corpus."""

from adapter import job

with job(snakemake):
    from uads.corpora.plant import PLANT_SEED, PlantSize, write_engines, write_fragments
    from uads.files import whole

    write = {"audioset": write_fragments, "idmt": write_engines}[snakemake.params.layout]
    with whole(snakemake.output[0]) as folder:
        write(folder, PlantSize(**snakemake.params.size), PLANT_SEED)
