#: Columns of a table, by score set or component: heading and column prefix in the published values.
DETECTORS = {
    "autoencoder": {"label": "Autoencoder (baseline)", "published": "autoencoder"},
    "mobilenetv2": {"label": "MobileNetV2 (baseline)", "published": "mobilenetv2"},
    "adacos": {"label": "Sub-cluster AdaCos", "published": "proposed"},
    "adacos_choice": {"label": "Sub-cluster AdaCos", "published": "proposed"},
    "adacos_density": {"label": "AdaCos, local density normalisation", "published": None},
}
DISTRIBUTIONS = {
    "section": {"label": "Section", "published": "section_gmm"},
    "attribute": {"label": "Attribute", "published": "attribute_gmm"},
    "target": {"label": "Target clips", "published": "target_gmm"},
    "adacos": {"label": "Ensemble", "published": "ensemble"},
    "adacos_density": {"label": "Local density normalisation", "published": None},
}
LOSSES = {
    "adacos_one_head": {"label": "Sections", "published": "section_loss"},
    "adacos_two_heads": {"label": "Sections and attributes", "published": "section_attribute_loss"},
    "adacos": {"label": "Ensemble", "published": "ensemble"},
}


rule tabulate_horn:
    """Tabulate how closely the samples of lowest energy lie around the cross in each UMAP."""
    input:
        umaps=[umap_table(umap) for umap in study.umaps.regular],
    output:
        csv="<results>/tables/horn.csv",
        md="<results>/tables/horn.md",
        html=report(
            "<results>/tables/horn.html",
            "../report/tabulate_horn.rst",
            category="Tables",
            labels={"table": "the horn: where the lowest energies lie"},
        ),
    log:
        "<logs>/tabulate_horn.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate_horn"),
    params:
        code=code_of("tabulate_horn"),
        cross_skip=config["figures"]["cross_skip"],
        cross_average=config["figures"]["cross_average"],
        stand_ins=study.representations.stand_ins(*config["umaps"]["representations"]),
        study=config["study"],
    message:
        "Tabulating where the samples of lowest energy lie"
    script:
        "../../scripts/tabulate_horn.py"


rule tabulate_table_1:
    """Tabulate the network, read from the built model."""
    input:
        classes=f"<results>/detectors/adacos/{study.detectors.described_member}/classes.json",
        standardisation=f"<results>/detectors/adacos/{study.detectors.described_member}/standardisation.h5",
    output:
        csv="<results>/tables/table_1.csv",
        md="<results>/tables/table_1.md",
        html=report(
            "<results>/tables/table_1.html",
            "../report/tabulate_table_1.rst",
            category="Tables",
            labels={"table": "1: the network"},
        ),
    log:
        "<logs>/tabulate_table_1.log",
    conda:
        "../../envs/tensorflow.yaml"
    resources:
        **requests("tabulate_table_1"),
    params:
        code=code_of("tabulate_table_1"),
        detector=study.detectors.member_settings(study.detectors.described_member),
    message:
        "Tabulating the network (Table 1)"
    script:
        "../../scripts/tabulate_table_1.py"


rule tabulate_table_2:
    """Tabulate AUC and pAUC of the detectors beside the published values."""
    input:
        scores=collect("<results>/scores/{detector}.parquet", detector=study.detectors.compared("ensemble")),
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        published=workflow.source_path("../../resources/published/wilkinghoff2021_table2.csv"),
    output:
        csv="<results>/tables/table_2.csv",
        md="<results>/tables/table_2.md",
        html=report(
            "<results>/tables/table_2.html",
            "../report/tabulate_table_2.rst",
            category="Tables",
            labels={"table": "2: detectors on the development part"},
        ),
    log:
        "<logs>/tabulate_table_2.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate_table_2"),
    params:
        code=code_of("tabulate_table_2"),
        detectors=table_columns(DETECTORS, study.detectors.compared("ensemble")),
        stand_ins=study.representations.stand_ins(),
        study=config["study"],
    message:
        "Tabulating the detectors (Table 2)"
    script:
        "../../scripts/tabulate_table_2.py"


rule tabulate_table_3:
    """Tabulate AUC and pAUC by the distributions behind sub-cluster AdaCos."""
    input:
        scores=collect("<results>/scores/{detector}.parquet", detector=study.detectors.back_ends),
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        published=workflow.source_path("../../resources/published/wilkinghoff2021_table3.csv"),
    output:
        csv="<results>/tables/table_3.csv",
        md="<results>/tables/table_3.md",
        html=report(
            "<results>/tables/table_3.html",
            "../report/tabulate_table_3.rst",
            category="Tables",
            labels={"table": "3: back-end distributions"},
        ),
    log:
        "<logs>/tabulate_table_3.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate_table_3"),
    params:
        code=code_of("tabulate_table_3"),
        distributions=table_columns(DISTRIBUTIONS, ["section", "attribute", "target", *study.detectors.back_ends]),
        stand_ins=study.representations.stand_ins(),
        study=config["study"],
    message:
        "Tabulating the distributions (Table 3)"
    script:
        "../../scripts/tabulate_table_3.py"


rule tabulate_table_4:
    """Tabulate AUC and pAUC by the losses of sub-cluster AdaCos."""
    input:
        scores=collect("<results>/scores/{detector}.parquet", detector=LOSSES),
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        published=workflow.source_path("../../resources/published/wilkinghoff2021_table4.csv"),
    output:
        csv="<results>/tables/table_4.csv",
        md="<results>/tables/table_4.md",
        html=report(
            "<results>/tables/table_4.html",
            "../report/tabulate_table_4.rst",
            category="Tables",
            labels={"table": "4: losses"},
        ),
    log:
        "<logs>/tabulate_table_4.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate_table_4"),
    params:
        code=code_of("tabulate_table_4"),
        losses=table_columns(LOSSES, LOSSES),
        stand_ins=study.representations.stand_ins(),
        study=config["study"],
    message:
        "Tabulating the losses (Table 4)"
    script:
        "../../scripts/tabulate_table_4.py"


rule tabulate_table_5:
    """Tabulate AUC, pAUC and official scores of the detectors on the evaluation part."""
    input:
        scores=collect("<results>/scores/{detector}.parquet", detector=study.detectors.compared("choice")),
        index=f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
        published=workflow.source_path("../../resources/published/wilkinghoff2021_table5.csv"),
    output:
        csv="<results>/tables/table_5.csv",
        md="<results>/tables/table_5.md",
        html=report(
            "<results>/tables/table_5.html",
            "../report/tabulate_table_5.rst",
            category="Tables",
            labels={"table": "5: detectors on the evaluation part"},
        ),
    log:
        "<logs>/tabulate_table_5.log",
    conda:
        "../../envs/report.yaml"
    resources:
        **requests("tabulate_table_5"),
    params:
        code=code_of("tabulate_table_5"),
        detectors=table_columns(DETECTORS, study.detectors.compared("choice")),
        stand_ins=study.representations.stand_ins(),
        study=config["study"],
    message:
        "Tabulating the detectors on the evaluation part (Table 5)"
    script:
        "../../scripts/tabulate_table_5.py"
