"""Write Table 3: AUC and pAUC by the distributions behind sub-cluster AdaCos, beside the published values."""

from adapter import job

with job(snakemake):
    import pandas as pd

    from uads.core.files import read_table
    from uads.detectors.score_sets import one_component, read_scores
    from uads.evaluation.comparisons import compare_on_domains
    from uads.tables.comparison import layout_comparison
    from uads.tables.render import write_table_files
    from uads.tables.wilkinghoff2021 import TEXTS

    params, output = snakemake.params, snakemake.output
    columns = {one["name"]: one for one in params.distributions}
    ensemble, *others = map(read_scores, snakemake.input.scores)
    distributions = [one_component(ensemble, name) for name in ("section", "attribute", "target")]
    scores = dict(zip(columns, [*distributions, ensemble, *others], strict=True))
    table = compare_on_domains(
        index=read_table(snakemake.input.index),
        scores=scores,
        published=pd.read_csv(snakemake.input.published, dtype={"section": str}),
        prefixes={name: one["published"] for name, one in columns.items()},
    )
    labels = {name: one["label"] for name, one in columns.items()}
    layout = layout_comparison(TEXTS["table_3"], table, labels, params.stand_ins, params.study)
    write_table_files(table, layout, output.csv, output.md, output.html)
