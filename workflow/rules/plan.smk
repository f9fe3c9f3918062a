rule plan:
    """What will be fetched, and the disk and time that each stage needs, printed before anything is done."""
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
