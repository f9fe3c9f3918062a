rule plan:
    """Print the downloads, disk space and time that the study needs, without running it."""
    input:
        datasets=workflow.source_path("../../config/datasets.csv"),
    log:
        "<logs>/plan.log",
    localrule: True
    conda:
        "../../envs/report.yaml"
    params:
        config=config,
        snakefile=workflow.main_snakefile,
    message:
        "Estimating what the study needs"
    script:
        "../../scripts/plan.py"
