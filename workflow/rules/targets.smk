rule all:
    default_target: True
    input:
        "<results>/report.zip",
    localrule: True
    message:
        f"Study '{config['study']}' is complete: open results/{config['study']}/report.zip, or results/{config['study']}/figures and tables"


rule demo:
    input:
        rules.all.input,
    """Everything: the same as `all`."""
    localrule: True


rule features:
    input:
        [
            stores(name, plan.studied_shards)
            for name in config["umaps"]["representations"]
        ],
        [
            stores(name, plan.shards("train", "test", "evaluation"))
            for name in plan.detector_representations
        ],
    """The feature stores of all representations."""
    localrule: True


rule umaps:
    input:
        [
            f"<results>/umaps/{umap.scope}/{umap.representation}_k{umap.k}.parquet"
            for umap in plan.umaps
        ],
    """All UMAPs: every scope, representation and stack size."""
    localrule: True


rule figures:
    input:
        figure_files("global", "machine", "section", "paper"),
    """All plots: global, machine and section plots and the paper's figures."""
    localrule: True


rule detectors:
    input:
        collect("<results>/scores/{detector}.parquet", detector=list(LABELS)),
    """The score tables of all detectors."""
    localrule: True


rule tables:
    input:
        table_files(),
    """All tables of the papers, each with the published values."""
    localrule: True


rule methods:
    input:
        rules.write_methods.output,
    """The page of methods, parameters and software versions."""
    localrule: True


rule figure_1:
    input:
        paper_figure_files("figure_1"),
    """Figure 1 of Fernandez and Plumbley (2021): pump, log-mel, stacks of 5: an excerpt with its regions marked."""
    localrule: True


rule figure_2:
    input:
        paper_figure_files("figure_2"),
    """Figure 2 of Fernandez and Plumbley (2021): all machines, log-STFT, stacks of 10."""
    localrule: True


rule figure_3:
    input:
        paper_figure_files("figure_3"),
    """Figure 3 of Fernandez and Plumbley (2021): ToyCar, L3, without external corpora."""
    localrule: True


rule figure_4:
    input:
        paper_figure_files("figure_4"),
    """Figure 4 of Fernandez and Plumbley (2021): fan, L3."""
    localrule: True


rule figure_5:
    input:
        paper_figure_files("figure_5"),
    """Figure 5 of Fernandez and Plumbley (2021): valve, section 00, log-mel, with the cross of the lowest energies."""
    localrule: True


rule table_1:
    input:
        rules.tabulate_table_1.output,
    """Table 1 of Wilkinghoff (2021): the network of sub-cluster AdaCos."""
    localrule: True


rule table_2:
    input:
        rules.tabulate_table_2.output,
    """Table 2 of Wilkinghoff (2021): detectors on the development part."""
    localrule: True
