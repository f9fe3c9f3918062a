rule write_methods:
    """Write the page of methods, parameters and software versions."""
    input:
        clips=collect("<results>/corpora/{corpus}/clips.parquet", corpus=list(study.corpora.by_name)),
    output:
        report(
            "<results>/methods.html",
            "../report/write_methods.rst",
            category="Methods",
            labels={"page": "methods"},
        ),
    log:
        "<logs>/write_methods.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **needs.resources("write_methods"),
    params:
        code=code_of("write_methods"),
        config=config,
        paragraphs=methods(study),
        references=references(study),
        stand_ins=study.representations.stand_ins(*config["umaps"]["representations"]),
    message:
        "Writing methods, parameters and software versions"
    script:
        "../../scripts/write_methods.py"


rule tabulate_exclusions:
    """Tabulate the clips that were excluded or kept with a warning."""
    input:
        clips=collect("<results>/corpora/{corpus}/clips.parquet", corpus=list(study.corpora.by_name)),
        excluded=collect("<results>/corpora/{corpus}/excluded.csv", corpus=list(study.corpora.by_name)),
    output:
        csv="<results>/tables/exclusions.csv",
        md="<results>/tables/exclusions.md",
        html=report(
            "<results>/tables/exclusions.html",
            "../report/tabulate_exclusions.rst",
            category="Clips",
            labels={"table": "clips excluded or kept with a warning"},
        ),
    log:
        "<logs>/tabulate_exclusions.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **needs.resources("tabulate_exclusions"),
    params:
        code=code_of("tabulate_exclusions"),
    message:
        "Tabulating the bad clips"
    script:
        "../../scripts/tabulate_exclusions.py"


rule build_report:
    """Build Snakemake's report of all figures and tables."""
    input:
        figures=figure_files("global", "machine", "section", "paper", "more", "training"),
        tables=table_files(),
        methods="<results>/methods.html",
        exclusions=rules.tabulate_exclusions.output,
    output:
        "<results>/report.zip",
    log:
        "<logs>/build_report.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        code=code_of("build_report"),
        snakefile=workflow.main_snakefile,
        configfiles=workflow.overwrite_configfiles,
    message:
        "Building the report with all figures and tables"
    script:
        "../../scripts/build_report.py"
