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
    figure_1,
    figure_2,
    figure_3,
    figure_4,
    figure_5,
    horn,
    table_1,
    table_2,
    table_3,
    table_4,
    table_5,


rule demo:
    """Build the complete study, the same as all."""
    input:
        rules.build_report.output,


rule features:
    """Extract the feature stores of all representations."""
    input:
        [stores(name, study.umaps.studied_shards) for name in config["umaps"]["representations"]],
        [stores(umap.representation, study.umaps.sampled_shards(name, umap.k)) for name, umap in study.umaps.more.items()],
        [stores(name, study.corpora.studied.shard_names("train", "test", "evaluation")) for name in study.detectors.representations],


rule umaps:
    """Compute all UMAPs: every scope, representation and stack size, and those under umaps.more."""
    input:
        [umap_table(umap) for umap in [*study.umaps.regular, *study.umaps.more.values()]],


rule figures:
    """Draw all plots: global, machine and section plots, the paper's figures, your own, and training curves."""
    input:
        figure_files("global", "machine", "section", "paper", "more", "training"),


rule detectors:
    """Compute the score sets of all detectors."""
    input:
        collect("<results>/scores/{score_set}.parquet", score_set=list(study.detectors.score_sets)),


rule submissions:
    """Write the challenge's submission files of all detectors."""
    input:
        submission_folders(),


rule tables:
    """Write all tables of the papers, each with the published values."""
    input:
        table_files(),


rule methods:
    """Write the page of methods, parameters and software versions, and the table of bad clips."""
    input:
        rules.write_methods.output,
        rules.tabulate_exclusions.output,


rule report:
    """Build the report of all figures and tables, with captions."""
    input:
        rules.build_report.output,


rule benchmarks:
    """Measure each costly stage, beside a plain implementation and the limit of this computer."""
    input:
        rules.tabulate_benchmarks.output,


rule figure_1:
    """Figure 1 of Fernandez and Plumbley (2021): pump, log-mel, stacks of 5, an excerpt with marked regions."""
    input:
        paper_figure_files("figure_1"),


rule figure_2:
    """Figure 2 of Fernandez and Plumbley (2021): all machines, log-STFT, stacks of 10."""
    input:
        paper_figure_files("figure_2"),


rule figure_3:
    """Figure 3 of Fernandez and Plumbley (2021): ToyCar, L3, without external corpora."""
    input:
        paper_figure_files("figure_3"),


rule figure_4:
    """Figure 4 of Fernandez and Plumbley (2021): fan, L3."""
    input:
        paper_figure_files("figure_4"),


rule figure_5:
    """Figure 5 of Fernandez and Plumbley (2021): valve, section 00, log-mel, with the cross of the lowest energies."""
    input:
        paper_figure_files("figure_5"),


rule horn:
    """Tabulate the "horn" of Fernandez and Plumbley (2021): the place of the samples of lowest energy in each UMAP."""
    input:
        rules.tabulate_horn.output,


rule table_1:
    """Table 1 of Wilkinghoff (2021): the network of sub-cluster AdaCos."""
    input:
        wanted_table("table_1"),


rule table_2:
    """Table 2 of Wilkinghoff (2021): detectors on the development part."""
    input:
        wanted_table("table_2"),


rule table_3:
    """Table 3 of Wilkinghoff (2021): distributions behind sub-cluster AdaCos."""
    input:
        wanted_table("table_3"),


rule table_4:
    """Table 4 of Wilkinghoff (2021): losses of sub-cluster AdaCos."""
    input:
        wanted_table("table_4"),


rule table_5:
    """Table 5 of Wilkinghoff (2021): detectors on the evaluation part, with the official scores."""
    input:
        wanted_table("table_5"),
