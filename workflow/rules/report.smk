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
        **requests("write_methods"),
    params:
        code=code_of("write_methods"),
        config=config,
        paragraphs=methods(study),
        references=references(study),
        stand_ins=stand_ins(study),
    message:
        "Writing methods, parameters and software versions"
    script:
        "../../scripts/write_methods.py"


rule build_report:
    """Build Snakemake's report of all figures and tables."""
    input:
        figures=figure_files(study.figures.names()),
        tables=table_files([*study.tables.names, *study.tables.always]),
        methods="<results>/methods.html",
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
