rule plot_global:
    """Plot all machines in one dual plot."""
    input:
        umap="<results>/umaps/global/{representation}_k{k}.parquet",
    output:
        figure_output(
            "global/{representation}_k{k}",
            "dual_plot",
            "Global plots",
            {"representation": "{representation}", "stack": "{k}"},
        ),
    log:
        "<logs>/plot_global/{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **requests("plot_global"),
    params:
        code=code_of("plot_dual"),
        figure=plot_param("global", "figure"),
        settings=plot_param("global", "settings"),
        caption=plot_param("global", "caption"),
    message:
        "Plotting all machines: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_dual.py"


rule plot_machine:
    """Plot one machine in a dual plot."""
    input:
        umap="<results>/umaps/{machine}/{representation}_k{k}.parquet",
    output:
        figure_output(
            "machine/{machine}_{representation}_k{k}",
            "dual_plot",
            "Machine plots",
            {"machine": "{machine}", "representation": "{representation}", "stack": "{k}"},
        ),
    log:
        "<logs>/plot_machine/{machine}_{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **requests("plot_machine"),
    params:
        code=code_of("plot_dual"),
        figure=plot_param("machine", "figure"),
        settings=plot_param("machine", "settings"),
        caption=plot_param("machine", "caption"),
    message:
        "Plotting {wildcards.machine}: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_dual.py"


rule plot_section:
    """Plot one section of a machine in a dual plot."""
    input:
        umap="<results>/umaps/{machine}/{representation}_k{k}.parquet",
    output:
        figure_output(
            "section/{machine}_{section}_{representation}_k{k}",
            "dual_plot",
            "Section plots",
            {"machine": "{machine}", "section": "{section}", "representation": "{representation}", "stack": "{k}"},
        ),
    log:
        "<logs>/plot_section/{machine}_{section}_{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **requests("plot_section"),
    params:
        code=code_of("plot_dual"),
        figure=plot_param("section", "figure"),
        settings=plot_param("section", "settings"),
        caption=plot_param("section", "caption"),
    message:
        "Plotting {wildcards.machine}, section {wildcards.section}: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_dual.py"


rule plot_figure:
    """Plot one dual plot that the config describes: of a paper, or your own."""
    input:
        umap=lambda wildcards: umap_table(study.figures.shown_umap(wildcards.figure)),
    output:
        figure_output(
            "{figure}",
            "dual_plot",
            lambda wildcards: "Figures of the papers" if wildcards.figure.startswith("paper/") else "Further figures",
            lambda wildcards: {"figure": study.figures.plot("figure", wildcards).title},
        ),
    log:
        "<logs>/plot_figure/{figure}.log",
    wildcard_constraints:
        figure="|".join(study.figures.described) or "none",
    conda:
        "../../envs/plots.yaml"
    resources:
        **requests("plot_figure"),
    params:
        code=code_of("plot_dual"),
        figure=plot_param("figure", "figure"),
        settings=plot_param("figure", "settings"),
        caption=plot_param("figure", "caption"),
    message:
        "Plotting {wildcards.figure}"
    script:
        "../../scripts/plot_dual.py"


rule draw_figure:
    """Draw one figure that is no dual plot, such as the curves of a training."""
    input:
        unpack(lambda wildcards: study.figures.inputs(wildcards.declared)),
    output:
        figure_output(
            "{declared}",
            "figure",
            lambda wildcards: study.figures.figure(wildcards.declared).category,
            lambda wildcards: study.figures.labels(wildcards.declared),
        ),
    log:
        "<logs>/draw_figure/{declared}.log",
    wildcard_constraints:
        declared="|".join(map(re.escape, study.figures.instances)) or "none",
    conda:
        "../../envs/plots.yaml"
    resources:
        **requests("draw_figure"),
    params:
        code=lambda wildcards: [code_of("draw_figure"), study.figures.figure(wildcards.declared).draw.digest],
        target=lambda wildcards: study.figures.figure(wildcards.declared).draw.target,
        settings=lambda wildcards: study.figures.params(wildcards.declared),
        caption=lambda wildcards, output: study.figures.declared_caption(wildcards.declared),
    message:
        "Drawing {wildcards.declared}"
    script:
        "../../scripts/draw_figure.py"
