localrules:
    demo,
    features,
    umaps,
    figures,
    detectors,
    submissions,
    tables,
    methods,
    report,
    benchmarks,


rule demo:
    """Build the complete study, the same as all."""
    input:
        rules.build_report.output,


rule features:
    """Extract the feature stores of all representations."""
    input:
        [stores(one.representations, one.shards) for one in extractions],


rule umaps:
    """Compute all UMAPs: every scope, representation and stack size, and those under umaps.more."""
    input:
        [umap_table(umap) for umap in [*study.umaps.regular, *study.umaps.more.values()]],


rule figures:
    """Draw all plots: global, machine and section plots, the papers' figures, your own, and training curves."""
    input:
        figure_files(study.figures.names()),


rule detectors:
    """Compute the score sets of all detectors."""
    input:
        collect("<results>/scores/{score_set}.parquet", score_set=list(study.detectors.score_sets)),


rule submissions:
    """Write the challenge's submission files of all detectors."""
    input:
        submission_folders(),


rule tables:
    """Write all tables of the config, those of the papers with the published values."""
    input:
        table_files(study.tables.names),


rule methods:
    """Write the page of methods, parameters and software versions, and the table of bad clips."""
    input:
        rules.write_methods.output,
        table_files(study.tables.always),


rule report:
    """Build the report of all figures and tables, with captions."""
    input:
        rules.build_report.output,


rule benchmarks:
    """Measure each costly stage, beside a plain implementation and the limit of this computer."""
    input:
        rules.tabulate_benchmarks.output,


for name in study.tables.targets:

    rule:
        name:
            name
        input:
            wanted(study.tables, table_files, name),
        localrule: True

    workflow.get_rule(name).docstring = study.tables.title(name)


for name in study.figures.targets:

    rule:
        name:
            name
        input:
            wanted(study.figures, figure_files, name),
        localrule: True

    workflow.get_rule(name).docstring = study.figures.title(name)
