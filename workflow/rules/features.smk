SPECTROGRAMS = [name for name in study.umaps.shown_of_kind("spectrogram") if name not in study.detectors.representations]


rule extract_spectrograms:
    """Extract all spectrograms of one shard from one pass over its clips."""
    input:
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
    resources:
        **requests("extract_spectrograms"),
    params:
        code=code_of("extract_spectrograms"),
        audio=config["audio"],
        representations={name: config["representations"][name] for name in SPECTROGRAMS},
    message:
        "Extracting {wildcards.shard}: " + " and ".join(SPECTROGRAMS)
    script:
        "../../scripts/extract_spectrograms.py"


use rule extract_spectrograms as extract_logmel with:
    output:
        collect(
            "<results>/features/{representation}/{{shard}}.h5",
            representation=study.detectors.representations,
        ),
    log:
        "<logs>/extract_logmel/{shard}.log",
    resources:
        **requests("extract_logmel"),
    params:
        code=code_of("extract_spectrograms"),
        audio=config["audio"],
        representations={name: config["representations"][name] for name in study.detectors.representations},
    message:
        "Extracting {wildcards.shard}: the representations of the detectors"


rule extract_l3:
    """Extract the OpenL3 embeddings of one shard."""
    input:
        clips=shard_clips,
        weights=lambda wildcards: study.representations.weights(wildcards.representation) or [],
    output:
        "<results>/features/{representation}/{shard}.h5",
    log:
        "<logs>/extract_l3/{representation}/{shard}.log",
    wildcard_constraints:
        representation="|".join(study.umaps.shown_of_kind("l3")) or "none",
    priority: 10
    conda:
        "../../envs/l3.yaml"
    threads: 1
    resources:
        **requests("extract_l3"),
        gpu=1,
        gpu_model=GPU_MODEL,
    params:
        code=code_of("extract_l3"),
        audio=config["audio"],
        representation=lambda wildcards: config["representations"][wildcards.representation],
        seed=config["seed"],
    message:
        "Extracting {wildcards.shard}: {wildcards.representation}"
    script:
        "../../scripts/extract_l3.py"
