TRUTH = "<resources>/corpora/{{corpus}}/ground_truth_data/ground_truth_{{machine}}_section_{section}_{domain}_test.csv"


rule synthesize_corpus:
    """Synthesize the clips of one machine of the embedded corpus."""
    output:
        dev=directory("<resources>/corpora/{corpus}/dev_data/{machine}"),
        eval=directory("<resources>/corpora/{corpus}/eval_data/{machine}"),
        truth=collect(TRUTH, section=study.corpora.studied.blind_sections, domain=["source", "target"]),
    log:
        "<logs>/synthesize_corpus/{corpus}-{machine}.log",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("synthesize_corpus"),
    params:
        code=code_of("synthesize_corpus"),
        sections=lambda wildcards: study.corpora.by_name[wildcards.corpus].sections,
        size=lambda wildcards: study.corpora.by_name[wildcards.corpus].plant,
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
    resources:
        **requests("synthesize_external"),
    params:
        code=code_of("synthesize_external"),
        writer=lambda wildcards: study.corpora.by_name[wildcards.corpus].published.stand_in,
        size=lambda wildcards: study.corpora.by_name[wildcards.corpus].plant,
    message:
        "Synthesizing a stand-in for {wildcards.corpus}"
    script:
        "../../scripts/synthesize_external.py"


# Archives are verified by their digests, not by the code that downloaded them. So neither the package nor the dataset
# table is an input of these rules: a change there must not download gigabytes again.
rule download_archive:
    """Download one archive of the dataset table and verify it."""
    output:
        archive_file("<resources>/downloads/{corpus}/{file}"),
    log:
        "<logs>/download_archive/{corpus}/{file}.log",
    wildcard_constraints:
        corpus="[^/]+",
        file="[^/]+[.](zip|gz)",
    localrule: True
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        download=1,
    message:
        "Downloading {wildcards.file} of {wildcards.corpus}"
    script:
        "../../scripts/download_archive.py"


localrules:
    download_list,


use rule download_archive as download_list with:
    output:
        "<resources>/downloads/{corpus}/{file}",
    log:
        "<logs>/download_list/{corpus}/{file}.log",
    wildcard_constraints:
        corpus="[^/]+",
        file=".+[.]csv",
    message:
        "Downloading {wildcards.file} of {wildcards.corpus}"


rule lock_downloads:
    """Write the verified digests of all downloads to config/datasets.lock.csv, which later runs check."""
    log:
        "<logs>/lock_downloads.log",
    localrule: True
    conda:
        "../../envs/spectrograms.yaml"
    params:
        downloads="resources/downloads",
    message:
        "Merging the verified digests of all downloads"
    script:
        "../../scripts/lock_downloads.py"


rule unpack_archive:
    """Unpack one archive into its own folder, or link an archive that is already unpacked."""
    input:
        archive=lambda wildcards: study.corpora.source_of(wildcards.corpus, f"{wildcards.archive}.zip", "<resources>"),
    output:
        directory("<resources>/corpora/{corpus}/unpacked/{archive}"),
    log:
        "<logs>/unpack_archive/{corpus}-{archive}.log",
    wildcard_constraints:
        archive="[^/]+",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("unpack_archive"),
    message:
        "Unpacking {wildcards.archive} of {wildcards.corpus}"
    script:
        "../../scripts/unpack_archive.py"


rule unpack_weights:
    """Unpack the published weights of a network."""
    input:
        archive="<resources>/downloads/{collection}/{weights}.gz",
    output:
        "<resources>/{collection}/{weights}",
    log:
        "<logs>/unpack_weights/{collection}/{weights}.log",
    wildcard_constraints:
        collection="|".join(map(re.escape, study.representations.collections)) or "none",
        weights="[^/]+",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("unpack_weights"),
    message:
        "Unpacking the weights {wildcards.weights}"
    script:
        "../../scripts/unpack_weights.py"


rule index_corpus:
    """List the clips of one corpus in one table, and its bad clips in another."""
    input:
        files=lambda wildcards: study.corpora.files(wildcards.corpus, "<resources>"),
    output:
        clips="<results>/corpora/{corpus}/clips.parquet",
        excluded="<results>/corpora/{corpus}/excluded.csv",
    log:
        "<logs>/index_corpus/{corpus}.log",
    conda:
        "../../envs/spectrograms.yaml"
    resources:
        **requests("index_corpus"),
    params:
        code=code_of("index_corpus"),
        layout=lambda wildcards: study.corpora.layout_digest(wildcards.corpus),
        corpus=lambda wildcards: study.corpora.index_settings(wildcards.corpus),
        channel=config["audio"]["channel"],
        bad_clips=config["bad_clips"],
    message:
        "Indexing the clips of {wildcards.corpus}"
    script:
        "../../scripts/index_corpus.py"
