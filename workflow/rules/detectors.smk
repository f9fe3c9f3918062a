AUTOENCODER = config["detectors"]["autoencoder"]
MOBILENETV2 = config["detectors"]["mobilenetv2"]
ADACOS = config["detectors"]["adacos"]


rule train_autoencoder:
    """Train the autoencoders of one machine."""
    input:
        features=lambda wildcards: stores(AUTOENCODER["representation"], study.corpora.studied.shard_names("train", machine=wildcards.machine)),
    output:
        models=directory("<results>/detectors/autoencoder/{machine}/models"),
        history="<results>/detectors/autoencoder/{machine}/history.csv",
    log:
        "<logs>/train_autoencoder/{machine}.log",
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: 1
    resources:
        **needs.resources("train_autoencoder"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("train_autoencoder"),
        detector=AUTOENCODER,
        seed=config["seed"],
    message:
        "Training the autoencoders of {wildcards.machine}"
    script:
        "../../scripts/train_autoencoder.py"


rule score_autoencoder:
    """Score all test clips with the autoencoders."""
    input:
        features=stores(AUTOENCODER["representation"], study.corpora.studied.shard_names("train", "test", "evaluation")),
        models=collect("<results>/detectors/autoencoder/{machine}/models", machine=study.corpora.studied.trained_machines),
    output:
        "<results>/scores/autoencoder.parquet",
    log:
        "<logs>/score_autoencoder.log",
    conda:
        "../../envs/tensorflow.yaml"
    threads: 2
    resources:
        **needs.resources("score_autoencoder"),
    params:
        code=code_of("score_autoencoder"),
        machines=study.corpora.studied.trained_machines,
        detector=AUTOENCODER,
        study=config["study"],
        seed=config["seed"],
        stand_ins=study.representations.stand_ins(),
    message:
        "Scoring all test clips with the autoencoders"
    script:
        "../../scripts/score_autoencoder.py"


rule train_mobilenetv2:
    """Train the MobileNetV2 classifiers of one machine."""
    input:
        features=lambda wildcards: stores(MOBILENETV2["representation"], study.corpora.studied.shard_names("train", machine=wildcards.machine)),
    output:
        models=directory("<results>/detectors/mobilenetv2/{machine}/models"),
        history="<results>/detectors/mobilenetv2/{machine}/history.csv",
    log:
        "<logs>/train_mobilenetv2/{machine}.log",
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: 1
    resources:
        **needs.resources("train_mobilenetv2"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("train_mobilenetv2"),
        detector=MOBILENETV2,
        seed=config["seed"],
    message:
        "Training the MobileNetV2 classifiers of {wildcards.machine}"
    script:
        "../../scripts/train_mobilenetv2.py"


rule score_mobilenetv2:
    """Score all test clips with the MobileNetV2 classifiers."""
    input:
        features=stores(MOBILENETV2["representation"], study.corpora.studied.shard_names("train", "test", "evaluation")),
        models=collect("<results>/detectors/mobilenetv2/{machine}/models", machine=study.corpora.studied.trained_machines),
    output:
        "<results>/scores/mobilenetv2.parquet",
    log:
        "<logs>/score_mobilenetv2.log",
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: 2
    resources:
        **needs.resources("score_mobilenetv2"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("score_mobilenetv2"),
        machines=study.corpora.studied.trained_machines,
        detector=MOBILENETV2,
        study=config["study"],
        seed=config["seed"],
        stand_ins=study.representations.stand_ins(),
    message:
        "Scoring all test clips with the MobileNetV2 classifiers"
    script:
        "../../scripts/score_mobilenetv2.py"


rule train_adacos:
    """Train one member of the sub-cluster AdaCos ensemble."""
    input:
        features=stores(ADACOS["representation"], study.corpora.studied.shard_names("train")),
    output:
        weights=collect(
            "<results>/detectors/adacos/{{member}}/epoch_{epoch}.weights.h5",
            epoch=ADACOS["checkpoints"],
        ),
        history="<results>/detectors/adacos/{member}/history.csv",
        standardisation="<results>/detectors/adacos/{member}/standardisation.h5",
        classes="<results>/detectors/adacos/{member}/classes.json",
    log:
        "<logs>/train_adacos/{member}.log",
    wildcard_constraints:
        member="|".join(study.detectors.members),
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: 1
    resources:
        **needs.resources("train_adacos"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("train_adacos"),
        detector=lambda wildcards: study.detectors.member_settings(wildcards.member),
        seed=config["seed"],
    message:
        "Training sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/train_adacos.py"


rule plot_training:
    """Plot the losses and scales of one member's training."""
    input:
        history=rules.train_adacos.output.history,
    output:
        plot_output(
            "training/{member}",
            "plot_training",
            "Training",
            member="{member}",
        ),
    log:
        "<logs>/plot_training/{member}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_training"),
    params:
        code=code_of("plot_training"),
        detector=lambda wildcards: study.detectors.member_settings(wildcards.member),
        stand_ins=study.representations.stand_ins(),
    message:
        "Plotting the training of sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/plot_training.py"


rule embed_adacos:
    """Compute the embeddings of all clips with one member of the ensemble."""
    input:
        features=stores(ADACOS["representation"], study.corpora.studied.shard_names("train", "test", "evaluation")),
        weights=rules.train_adacos.output.weights,
        standardisation=rules.train_adacos.output.standardisation,
        classes=rules.train_adacos.output.classes,
    output:
        "<results>/detectors/adacos/{member}/embeddings.h5",
    log:
        "<logs>/embed_adacos/{member}.log",
    priority: 10
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: 1
    resources:
        **needs.resources("embed_adacos"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("embed_adacos"),
        detector=lambda wildcards: study.detectors.member_settings(wildcards.member),
    message:
        "Computing embeddings of all clips with sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/embed_adacos.py"


rule score_adacos_member:
    """Score all clips with one member of the ensemble."""
    input:
        embeddings=rules.embed_adacos.output[0],
    output:
        "<results>/detectors/adacos/{member}/components.parquet",
    log:
        "<logs>/score_adacos_member/{member}.log",
    conda:
        "../../envs/umap.yaml"
    threads: min(2, len(ADACOS["checkpoints"]))
    resources:
        **needs.resources("score_adacos_member"),
    params:
        code=code_of("score_adacos_member"),
        detector=ADACOS,
        seed=config["seed"],
    message:
        "Scoring all clips with sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/score_adacos_member.py"


rule score_adacos:
    """Score all test clips with the ensemble, with the choice per machine and with each loss variant."""
    input:
        **{
            variant: collect("<results>/detectors/adacos/{member}/components.parquet", member=study.detectors.members_of(variant))
            for variant in ADACOS["variants"]
        },
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
    output:
        collect("<results>/scores/{name}.parquet", name=study.detectors.adacos_score_sets),
    log:
        "<logs>/score_adacos.log",
    conda:
        "../../envs/umap.yaml"
    resources:
        **needs.resources("score_adacos"),
    params:
        code=code_of("score_adacos"),
        detector=ADACOS,
        names=list(study.detectors.adacos_score_sets),
        score_sets=list(study.detectors.adacos_score_sets.values()),
        study=config["study"],
        seed=config["seed"],
        stand_ins=study.representations.stand_ins(),
    message:
        "Scoring all test clips with sub-cluster AdaCos"
    script:
        "../../scripts/score_adacos.py"


rule write_submission:
    """Write the challenge's submission files of one detector."""
    input:
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        scores="<results>/scores/{detector}.parquet",
    output:
        directory("<results>/submissions/{detector}"),
    log:
        "<logs>/write_submission/{detector}.log",
    wildcard_constraints:
        detector="|".join(study.detectors.submissions) or "none",
    conda:
        "../../envs/report.yaml"
    resources:
        **needs.resources("write_submission"),
    params:
        code=code_of("write_submission"),
        file_name=lambda wildcards: study.corpora.studied.year.submission,
    message:
        "Writing the submission files of {wildcards.detector}"
    script:
        "../../scripts/write_submission.py"
