rule train_member:
    """Train one member of a detector."""
    input:
        features=lambda wildcards: member_stores(wildcards, "train"),
    output:
        model=directory("<results>/detectors/{detector}/{member}/model"),
        history="<results>/detectors/{detector}/{member}/history.csv",
    log:
        "<logs>/train_member/{detector}/{member}.log",
    wildcard_constraints:
        detector=any_name(study.detectors.with_stage("train")),
        member=any_name(study.detectors.member_names("train")),
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: lambda wildcards: study.detectors.entry("train", wildcards.detector).threads
    resources:
        **requests("train_member"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=lambda wildcards: study.detectors.entry("train", wildcards.detector).digest,
        target=lambda wildcards: study.detectors.entry("train", wildcards.detector).target,
        kind=lambda wildcards: study.detectors.kinds[wildcards.detector],
        member=lambda wildcards: study.detectors.described(wildcards.detector, wildcards.member),
        settings=lambda wildcards: study.detectors.training(wildcards.detector, wildcards.member),
        seed=config["seed"],
    message:
        "Training {wildcards.detector}: {wildcards.member}"
    script:
        "../../scripts/train_member.py"


rule infer_member:
    """Apply one member of a detector to all clips."""
    input:
        features=lambda wildcards: member_stores(wildcards),
        model=rules.train_member.output.model,
    output:
        "<results>/detectors/{detector}/{member}/outputs.h5",
    log:
        "<logs>/infer_member/{detector}/{member}.log",
    wildcard_constraints:
        detector=any_name(study.detectors.with_stage("infer")),
        member=any_name(study.detectors.member_names("infer")),
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: lambda wildcards: study.detectors.entry("infer", wildcards.detector).threads
    resources:
        **requests("infer_member"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=lambda wildcards: study.detectors.entry("infer", wildcards.detector).digest,
        target=lambda wildcards: study.detectors.entry("infer", wildcards.detector).target,
        kind=lambda wildcards: study.detectors.kinds[wildcards.detector],
        member=lambda wildcards: study.detectors.described(wildcards.detector, wildcards.member),
        settings=lambda wildcards: study.detectors.training(wildcards.detector, wildcards.member),
        seed=config["seed"],
    message:
        "Applying {wildcards.detector} to all clips: {wildcards.member}"
    script:
        "../../scripts/infer_member.py"


rule score_member:
    """Score all clips with one member of a detector."""
    input:
        outputs=lambda wildcards: member_outputs(wildcards),
        features=lambda wildcards: unless_trained(wildcards),
    output:
        "<results>/detectors/{detector}/{member}/components.parquet",
    log:
        "<logs>/score_member/{detector}/{member}.log",
    wildcard_constraints:
        detector=any_name(study.detectors.with_stage("score")),
        member=any_name(study.detectors.member_names("score")),
    conda:
        "../../envs/umap.yaml"
    threads: lambda wildcards: study.detectors.entry("score", wildcards.detector).threads
    resources:
        **requests("score_member"),
    params:
        code=lambda wildcards: study.detectors.entry("score", wildcards.detector).digest,
        target=lambda wildcards: study.detectors.entry("score", wildcards.detector).target,
        kind=lambda wildcards: study.detectors.kinds[wildcards.detector],
        member=lambda wildcards: study.detectors.described(wildcards.detector, wildcards.member),
        settings=lambda wildcards: study.detectors.block(wildcards.detector, "back_end"),
        seed=config["seed"],
    message:
        "Scoring all clips with {wildcards.detector}: {wildcards.member}"
    script:
        "../../scripts/score_member.py"


rule score_clips:
    """Combine the scores of a detector's members, and decide which clips are anomalous."""
    input:
        components=lambda wildcards: score_set_components(wildcards.score_set),
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
    output:
        test="<results>/scores/{score_set}.parquet",
        train="<results>/scores/training/{score_set}.parquet",
    log:
        "<logs>/score_clips/{score_set}.log",
    wildcard_constraints:
        score_set=any_name(study.detectors.score_sets),
    conda:
        "../../envs/umap.yaml"
    threads: lambda wildcards: score_set_entry(wildcards.score_set).threads
    resources:
        **requests("score_clips"),
    params:
        code=lambda wildcards: score_set_entry(wildcards.score_set).digest,
        target=lambda wildcards: score_set_entry(wildcards.score_set).target,
        members=lambda wildcards: [
            study.detectors.described(*one) for one in study.detectors.score_sets[wildcards.score_set].inputs
        ],
        how=lambda wildcards: study.detectors.score_sets[wildcards.score_set].combine,
        settings=lambda wildcards: study.detectors.block(study.detectors.detector_of(wildcards.score_set), "decision"),
        study=config["study"],
        seed=config["seed"],
        stand_ins=lambda wildcards: score_set_stand_ins(wildcards.score_set),
    message:
        "Scoring all test clips: {wildcards.score_set}"
    script:
        "../../scripts/score_clips.py"


rule write_submission:
    """Write the challenge's submission files of one score set."""
    input:
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        scores="<results>/scores/{score_set}.parquet",
    output:
        directory("<results>/submissions/{score_set}"),
    log:
        "<logs>/write_submission/{score_set}.log",
    wildcard_constraints:
        score_set=any_name(study.detectors.submissions),
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("write_submission"),
    params:
        code=code_of("write_submission"),
        file_name=lambda wildcards: study.corpora.studied.year.submission,
    message:
        "Writing the submission files of {wildcards.score_set}"
    script:
        "../../scripts/write_submission.py"
