rule plot_global:
    """Plot all machines in one dual plot."""
    input:
        umap="<results>/umaps/global/{representation}_k{k}.parquet",
    output:
        plot_output(
            "global/{representation}_k{k}",
            "plot_global",
            "Global plots",
            representation="{representation}",
            stack="{k}",
        ),
    log:
        "<logs>/plot_global/{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_global"),
    params:
        code=code_of("plot_global"),
        settings=lambda wildcards: study.figures.settings("global/{0.representation}_k{0.k}".format(wildcards)),
        umap=lambda wildcards: study.umaps.describe("global", wildcards.representation, wildcards.k),
    message:
        "Plotting all machines: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_global.py"


rule plot_machine:
    """Plot one machine in a dual plot."""
    input:
        umap="<results>/umaps/{machine}/{representation}_k{k}.parquet",
    output:
        plot_output(
            "machine/{machine}_{representation}_k{k}",
            "plot_machine",
            "Machine plots",
            machine="{machine}",
            representation="{representation}",
            stack="{k}",
        ),
    log:
        "<logs>/plot_machine/{machine}_{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_machine"),
    params:
        code=code_of("plot_machine"),
        settings=lambda wildcards: study.figures.settings(
            "machine/{0.machine}_{0.representation}_k{0.k}".format(wildcards)
        ),
        umap=lambda wildcards: study.umaps.describe(wildcards.machine, wildcards.representation, wildcards.k),
    message:
        "Plotting {wildcards.machine}: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_machine.py"


rule plot_section:
    """Plot one section of a machine in a dual plot."""
    input:
        umap="<results>/umaps/{machine}/{representation}_k{k}.parquet",
    output:
        plot_output(
            "section/{machine}_{section}_{representation}_k{k}",
            "plot_section",
            "Section plots",
            machine="{machine}",
            section="{section}",
            representation="{representation}",
            stack="{k}",
        ),
    log:
        "<logs>/plot_section/{machine}_{section}_{representation}_k{k}.log",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_section"),
    params:
        code=code_of("plot_section"),
        settings=lambda wildcards: study.figures.settings(
            "section/{0.machine}_{0.section}_{0.representation}_k{0.k}".format(wildcards),
            cross=study.representations.spec(wildcards.representation).is_power,
        ),
        umap=lambda wildcards: study.umaps.describe(wildcards.machine, wildcards.representation, wildcards.k),
    message:
        "Plotting {wildcards.machine}, section {wildcards.section}: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_section.py"


rule plot_figure:
    """Plot one figure of the config: of the paper, or your own."""
    input:
        umap=lambda wildcards: umap_table(study.figures.shown_umap(f"more/{wildcards.figure}")),
    output:
        plot_output(
            "more/{figure}",
            "plot_figure",
            "Further figures",
            figure="{figure}",
        ),
    log:
        "<logs>/plot_figure/{figure}.log",
    wildcard_constraints:
        figure="|".join(study.figures.more) or "none",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_figure"),
    params:
        code=code_of("plot_figure"),
        title=lambda wildcards: wildcards.figure,
        figure=lambda wildcards: study.figures.described[f"more/{wildcards.figure}"],
        settings=lambda wildcards: study.figures.settings(f"more/{wildcards.figure}"),
        umap=lambda wildcards: study.umaps.describe(*study.figures.shown_umap(f"more/{wildcards.figure}")),
    message:
        "Plotting {wildcards.figure}"
    script:
        "../../scripts/plot_figure.py"


use rule plot_figure as plot_paper_figure with:
    input:
        umap=lambda wildcards: umap_table(study.figures.shown_umap(f"paper/{wildcards.figure}")),
    output:
        plot_output(
            "paper/{figure}",
            "plot_figure",
            "Figures of the paper",
            figure="{figure}",
        ),
    log:
        "<logs>/plot_paper_figure/{figure}.log",
    wildcard_constraints:
        figure="|".join(study.figures.paper) or "none",
    resources:
        **needs.resources("plot_paper_figure"),
    params:
        title=lambda wildcards: wildcards.figure.replace("figure_", "Figure ") + " of Fernandez and Plumbley (2021)",
        figure=lambda wildcards: study.figures.described[f"paper/{wildcards.figure}"],
        settings=lambda wildcards: study.figures.settings(f"paper/{wildcards.figure}"),
        umap=lambda wildcards: study.umaps.describe(*study.figures.shown_umap(f"paper/{wildcards.figure}")),
    message:
        "Plotting {wildcards.figure} of the paper"
