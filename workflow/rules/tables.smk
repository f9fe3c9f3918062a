LABELS = {
    "autoencoder": {"label": "Autoencoder (baseline)", "published": "autoencoder"},
    "adacos": {"label": "Sub-cluster AdaCos", "published": "proposed"},
}


rule tabulate_table_1:
    """Tabulate the network, read off the built model."""
    input:
        classes=f"<results>/detectors/adacos/{plan.members[0]}/classes.json",
        standardisation=f"<results>/detectors/adacos/{plan.members[0]}/standardisation.h5",
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
        **needs.resources("tabulate_table_1"),
    params:
        code=code_of("tabulate_table_1"),
        detector=member_settings(plan.members[0]),
    message:
        "Tabulating the network (Table 1)"
    script:
        "../../scripts/tabulate_table_1.py"


rule tabulate_table_2:
    """Tabulate AUC and pAUC of the detectors beside the published values."""
    input:
        scores=collect("<results>/scores/{detector}.parquet", detector=plan.detectors),
        index=f"<results>/corpora/{plan.corpus.name}/clips.parquet",
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
        **needs.resources("tabulate_table_2"),
    params:
        code=code_of("tabulate_table_2"),
        detectors=[{"name": name, **LABELS[name]} | plan.unpublished for name in plan.detectors],
        stand_ins=plan.stand_ins(),
        study=config["study"],
    message:
        "Tabulating the detectors (Table 2)"
    script:
        "../../scripts/tabulate_table_2.py"
