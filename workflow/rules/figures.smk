FIGURES = config["figures"]


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
        size=FIGURES["size"],
        dpi=FIGURES["dpi"]["global"],
        palette=FIGURES["palette"],
        shade_sections=FIGURES["shade_sections"],
        seed=config["seed"],
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
        size=FIGURES["size"],
        dpi=FIGURES["dpi"]["machine"],
        palette=FIGURES["palette"],
        seed=config["seed"],
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
        size=FIGURES["size"],
        dpi=FIGURES["dpi"]["section"],
        palette=FIGURES["palette"],
        seed=config["seed"],
        section=lambda wildcards: wildcards.section,
        cross=lambda wildcards: wildcards.representation in SPECTROGRAMS,
    message:
        "Plotting {wildcards.machine}, section {wildcards.section}: {wildcards.representation}, k = {wildcards.k}"
    script:
        "../../scripts/plot_section.py"


rule plot_paper_figure:
    """Plot one of the paper's five figures."""
    input:
        umap=lambda wildcards: "<results>/umaps/{0.scope}/{0.representation}_k{0.k}.parquet".format(
            plan.paper_umap(f"figure_{wildcards.number}")
        ),
    output:
        plot_output(
            "paper/figure_{number}",
            "plot_paper_figure",
            "Figures of the paper",
            figure="{number}",
        ),
    log:
        "<logs>/plot_paper_figure/{number}.log",
    wildcard_constraints:
        number="[0-9]+",
    conda:
        "../../envs/plots.yaml"
    resources:
        **needs.resources("plot_paper_figure"),
    params:
        code=code_of("plot_paper_figure"),
        size=FIGURES["size"],
        dpi=lambda wildcards: FIGURES["dpi"][plan.paper_figures[f"figure_{wildcards.number}"]["kind"]],
        palette=FIGURES["palette"],
        seed=config["seed"],
        figure=lambda wildcards: plan.paper_figures[f"figure_{wildcards.number}"],
    message:
        "Plotting figure {wildcards.number} of the paper"
    script:
        "../../scripts/plot_paper_figure.py"
