rule plan:
    """Print the downloads, disk space and time that the study needs, without running it."""
    input:
        datasets=workflow.source_path("../../config/datasets.csv"),
        counts=workflow.source_path("../../config/clip_counts.csv"),
        rates=workflow.source_path("../../config/rates.csv"),
        needs=workflow.source_path("../../config/needs.csv"),
    log:
        "<logs>/plan.log",
    localrule: True
    conda:
        "../../envs/spectrograms.yaml"
    params:
        config=config,
    message:
        "Estimating what the study needs"
    script:
        "../../scripts/plan.py"
