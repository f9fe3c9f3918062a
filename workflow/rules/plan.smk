rule plan:
    """Print the downloads, disk space, memory and time that the study needs, and whether it fits; nothing is run."""
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
        places=run_places(),
    message:
        "Estimating what the study needs"
    script:
        "../../scripts/plan.py"
