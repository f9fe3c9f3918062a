rule tabulate:
    """Tabulate one table of a paper or of the study; the names are those of the targets."""
    input:
        unpack(table_inputs),
    output:
        csv="<results>/tables/{table}.csv",
        md="<results>/tables/{table}.md",
        html=report(
            "<results>/tables/{table}.html",
            "../report/table.rst",
            category=lambda wildcards: study.tables.declared[wildcards.table].category,
            labels=lambda wildcards: {"table": study.tables.declared[wildcards.table].label},
        ),
    log:
        "<logs>/tabulate/{table}.log",
    wildcard_constraints:
        table="|".join(study.tables.declared),
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate"),
    params:
        code=lambda wildcards: study.tables.declared[wildcards.table].build.digest,
        target=lambda wildcards: study.tables.declared[wildcards.table].build.target,
        settings=lambda wildcards: study.tables.params(wildcards.table),
        caption=lambda wildcards, output: study.tables.declared[wildcards.table].caption,
    message:
        "Tabulating {wildcards.table}"
    script:
        "../../scripts/tabulate_table.py"
