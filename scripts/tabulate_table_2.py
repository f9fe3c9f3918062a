"""Write Table 2: AUC and pAUC of each machine, section and domain, beside the published values."""

from adapter import job

with job(snakemake):
    import pandas as pd

    from uads.detectors.scores import read_scores
    from uads.files import read_table
    from uads.tables import compare_on_splits, layout_table_2, write_table_files

    params, output = snakemake.params, snakemake.output
    detectors = {one["name"]: one for one in params.detectors}
    table = compare_on_splits(
        index=read_table(snakemake.input.index),
        scores={name: read_scores(path) for name, path in zip(detectors, snakemake.input.scores, strict=True)},
        published=pd.read_csv(snakemake.input.published, dtype={"section": str}),
        prefixes={name: one["published"] for name, one in detectors.items()},
    )
    labels = {name: one["label"] for name, one in detectors.items()}
    layout = layout_table_2(table, labels, params.stand_ins, params.study)
    write_table_files(table, layout, output.csv, output.md, output.html)
