AUTOENCODER = config["detectors"]["autoencoder"]
ADACOS = config["detectors"]["adacos"]


rule train_autoencoder:
    """Train the autoencoders of one machine."""
    input:
        features=lambda wildcards: stores(AUTOENCODER["representation"], plan.shards_of(wildcards.machine, "train")),
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
    """Score all test clips by the autoencoders."""
    input:
        features=stores(AUTOENCODER["representation"], plan.shards("train", "test", "evaluation")),
        models=collect("<results>/detectors/autoencoder/{machine}/models", machine=plan.trained_machines),
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
        machines=plan.trained_machines,
        detector=AUTOENCODER,
        study=config["study"],
        seed=config["seed"],
        stand_ins=plan.stand_ins(),
    message:
        "Scoring all test clips by the autoencoders"
    script:
        "../../scripts/score_autoencoder.py"


rule train_adacos:
    """Train one member of the sub-cluster AdaCos ensemble."""
    input:
        features=stores(ADACOS["representation"], plan.shards("train")),
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
        member="s[0-9]+_seed[0-9]+",
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
        detector=lambda wildcards: member_settings(wildcards.member),
        seed=config["seed"],
    message:
        "Training sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/train_adacos.py"


rule embed_adacos:
    """Embed all clips by one member of the ensemble."""
    input:
        features=stores(ADACOS["representation"], plan.shards("train", "test", "evaluation")),
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
        detector=lambda wildcards: member_settings(wildcards.member),
    message:
        "Embedding all clips by sub-cluster AdaCos: {wildcards.member}"
    script:
        "../../scripts/embed_adacos.py"


rule score_adacos:
    """Score all test clips by the ensemble."""
    input:
        embeddings=collect("<results>/detectors/adacos/{member}/embeddings.h5", member=plan.members),
    output:
        "<results>/scores/adacos.parquet",
    log:
        "<logs>/score_adacos.log",
    conda:
        "../../envs/umap.yaml"
    threads: 2
    resources:
        **needs.resources("score_adacos"),
    params:
        code=code_of("score_adacos"),
        detector=ADACOS,
        study=config["study"],
        seed=config["seed"],
        stand_ins=plan.stand_ins(),
    message:
        "Scoring all test clips by sub-cluster AdaCos"
    script:
        "../../scripts/score_adacos.py"
