SPECTROGRAMS = plan.representations("spectrogram")
L3_WEIGHTS = plan.l3_weights("resources/openl3")


rule extract_spectrograms:
    """Extract all spectrograms of one shard from one pass over its clips."""
    input:
        code=modules("extract_spectrograms"),
        clips=shard_clips,
    output:
        collect(
            "<results>/features/{representation}/{{shard}}.h5",
            representation=SPECTROGRAMS,
        ),
    log:
        "<logs>/extract_spectrograms/{shard}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        representations={name: config["representations"][name] for name in SPECTROGRAMS},
    message:
        "Extracting {wildcards.shard}: " + " and ".join(SPECTROGRAMS)
    script:
        "../../scripts/extract_spectrograms.py"


use rule extract_spectrograms as extract_logmel with:
    output:
        collect(
            "<results>/features/{representation}/{{shard}}.h5",
            representation=plan.detector_representations,
        ),
    log:
        "<logs>/extract_logmel/{shard}.log",
    params:
        representations={name: config["representations"][name] for name in plan.detector_representations},
    message:
        "Extracting {wildcards.shard}: what the detectors read"


rule extract_l3:
    """Extract the OpenL3 embeddings of one shard."""
    input:
        code=modules("extract_l3"),
        clips=shard_clips,
        weights=L3_WEIGHTS or [],
    output:
        "<results>/features/l3/{shard}.h5",
    log:
        "<logs>/extract_l3/{shard}.log",
    conda:
        "../../envs/tensorflow.yaml"
    threads: 1
    resources:
        gpu=1,
    params:
        representation=config["representations"].get("l3", {}),
        seed=config["seed"],
    message:
        "Extracting {wildcards.shard}: l3" + ("" if L3_WEIGHTS else " (stand-in weights)")
    script:
        "../../scripts/extract_l3.py"
