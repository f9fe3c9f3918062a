rule benchmark_spectrograms:
    """Measure the extraction of spectrograms."""
    output:
        "<results>/benchmarks/spectrograms.csv",
    log:
        "<logs>/benchmark_spectrograms.log",
    conda:
        "../../envs/spectrograms.yaml"
    threads: workflow.cores
    params:
        code=code_of("benchmark_spectrograms"),
        benchmarks=config["benchmarks"],
    message:
        "Measuring the extraction of spectrograms"
    script:
        "../../scripts/benchmark_spectrograms.py"


rule benchmark_samples:
    """Measure how stacks are sorted, sampled and gathered."""
    output:
        "<results>/benchmarks/samples.csv",
    log:
        "<logs>/benchmark_samples.log",
    conda:
        "../../envs/spectrograms.yaml"
    threads: workflow.cores
    params:
        code=code_of("benchmark_samples"),
        benchmarks=config["benchmarks"],
    message:
        "Measuring how stacks are sorted, sampled and gathered"
    script:
        "../../scripts/benchmark_samples.py"


rule benchmark_l3:
    """Measure the extraction of OpenL3 embeddings."""
    output:
        "<results>/benchmarks/l3.csv",
    log:
        "<logs>/benchmark_l3.log",
    conda:
        "../../envs/l3.yaml"
    threads: workflow.cores
    params:
        code=code_of("benchmark_l3"),
        benchmarks=config["benchmarks"],
    message:
        "Measuring the extraction of OpenL3 embeddings"
    script:
        "../../scripts/benchmark_l3.py"


rule tabulate_benchmarks:
    """Tabulate all benchmarks, with the machine that they come from."""
    input:
        rules.benchmark_spectrograms.output,
        rules.benchmark_samples.output,
        rules.benchmark_l3.output,
    output:
        csv="<results>/benchmarks/summary.csv",
        md="<results>/benchmarks/summary.md",
        rates="<results>/benchmarks/rates.csv",
    log:
        "<logs>/tabulate_benchmarks.log",
    conda:
        "../../envs/l3.yaml"
    params:
        code=code_of("tabulate_benchmarks"),
    message:
        "Tabulating the benchmarks"
    script:
        "../../scripts/tabulate_benchmarks.py"
