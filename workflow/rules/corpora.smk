TRUTH = "<resources>/corpora/{{corpus}}/ground_truth_data/ground_truth_{{machine}}_section_{section}_{domain}_test.csv"


rule synthesize_corpus:
    """Synthesize the clips of one machine of the embedded corpus."""
    output:
        dev=directory("<resources>/corpora/{corpus}/dev_data/{machine}"),
        eval=directory("<resources>/corpora/{corpus}/eval_data/{machine}"),
        truth=collect(TRUTH, section=plan.blind_sections, domain=["source", "target"]),
    log:
        "<logs>/synthesize_corpus/{corpus}-{machine}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        code=code_of("synthesize_corpus"),
        sections=lambda wildcards: plan.corpora[wildcards.corpus].sections,
        size=lambda wildcards: plan.corpora[wildcards.corpus].plant,
    message:
        "Synthesizing the clips of {wildcards.machine}"
    script:
        "../../scripts/synthesize_corpus.py"


rule synthesize_external:
    """Synthesize a stand-in for an external corpus."""
    output:
        directory("<resources>/corpora/{corpus}/clips"),
    log:
        "<logs>/synthesize_external/{corpus}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        code=code_of("synthesize_external"),
        layout=lambda wildcards: plan.corpora[wildcards.corpus].layout,
        size=lambda wildcards: plan.corpora[wildcards.corpus].plant,
    message:
        "Synthesizing a stand-in for {wildcards.corpus}"
    script:
        "../../scripts/synthesize_external.py"


rule download_archive:
    """Download one file of the dataset table and verify it."""
    input:
        table=workflow.source_path("../../config/datasets.csv"),
    output:
        "<resources>/downloads/{corpus}/{file}",
    log:
        "<logs>/download_archive/{corpus}/{file}.log",
    wildcard_constraints:
        corpus="[^/]+",
    retries: 3
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        download=1,
    params:
        code=code_of("download_archive"),
    message:
        "Downloading {wildcards.file} of {wildcards.corpus}"
    script:
        "../../scripts/download_archive.py"


rule unpack_archive:
    """Unpack one archive into a folder of its own."""
    input:
        archive="<resources>/downloads/{corpus}/{archive}.zip",
    output:
        directory("<resources>/corpora/{corpus}/unpacked/{archive}"),
    log:
        "<logs>/unpack_archive/{corpus}-{archive}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        code=code_of("unpack_archive"),
    message:
        "Unpacking {wildcards.archive}.zip of {wildcards.corpus}"
    script:
        "../../scripts/unpack_archive.py"


rule unpack_weights:
    """Unpack the published weights of OpenL3's network."""
    input:
        archive="<resources>/downloads/openl3/{weights}.gz",
    output:
        "<resources>/openl3/{weights}",
    log:
        "<logs>/unpack_weights/{weights}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        code=code_of("unpack_weights"),
    message:
        "Unpacking OpenL3's weights {wildcards.weights}"
    script:
        "../../scripts/unpack_weights.py"


rule index_corpus:
    """List the clips of one corpus in one table."""
    input:
        files=lambda wildcards: plan.corpus_files(wildcards.corpus, "<resources>"),
    output:
        "<results>/corpora/{corpus}/clips.parquet",
    log:
        "<logs>/index_corpus/{corpus}.log",
    conda:
        "../../envs/spectrograms.yaml"
    params:
        code=code_of("index_corpus"),
        corpus=lambda wildcards: plan.index_settings(wildcards.corpus),
    message:
        "Indexing the clips of {wildcards.corpus}"
    script:
        "../../scripts/index_corpus.py"
