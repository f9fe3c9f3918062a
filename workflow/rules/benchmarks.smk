rule benchmark_spectrograms:
    """Measure the extraction of spectrograms."""
    output:
        "<results>/benchmarks/spectrograms.csv",
    log:
        "<logs>/benchmark_spectrograms.log",
    conda:
        "../../envs/spectrograms.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=2000, runtime=30),
    params:
        code=code_of("benchmark_spectrograms"),
        clips=config["benchmarks"]["clips"],
        n_clips=config["benchmarks"]["count"],
        rounds=config["benchmarks"]["rounds"],
    message:
        "Measuring the extraction of spectrograms"
    script:
        "../../scripts/benchmark_spectrograms.py"


rule benchmark_samples:
    """Measure the sorting, sampling and gathering of stacks."""
    output:
        "<results>/benchmarks/samples.csv",
    log:
        "<logs>/benchmark_samples.log",
    conda:
        "../../envs/spectrograms.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=3000, runtime=30),
    params:
        code=code_of("benchmark_samples"),
        frames=config["benchmarks"]["frames"],
        rounds=config["benchmarks"]["rounds"],
    message:
        "Measuring the sorting, sampling and gathering of stacks"
    script:
        "../../scripts/benchmark_samples.py"


rule benchmark_storage:
    """Measure feature stores in half precision and compressed."""
    output:
        "<results>/benchmarks/storage.csv",
    log:
        "<logs>/benchmark_storage.log",
    conda:
        "../../envs/spectrograms.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=2000, runtime=30),
    params:
        code=code_of("benchmark_storage"),
        clips=config["benchmarks"]["clips"],
        n_clips=config["benchmarks"]["count"],
        rounds=config["benchmarks"]["rounds"],
    message:
        "Measuring feature stores in half precision and compressed"
    script:
        "../../scripts/benchmark_storage.py"


rule benchmark_l3:
    """Measure the extraction of OpenL3 embeddings."""
    output:
        "<results>/benchmarks/l3.csv",
    log:
        "<logs>/benchmark_l3.log",
    conda:
        "../../envs/l3.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=4000, runtime=60),
    params:
        code=code_of("benchmark_l3"),
        clips=config["benchmarks"]["clips"],
        l3_count=config["benchmarks"]["l3_count"],
    message:
        "Measuring the extraction of OpenL3 embeddings"
    script:
        "../../scripts/benchmark_l3.py"


rule benchmark_umaps:
    """Measure the nine UMAPs of one machine."""
    output:
        "<results>/benchmarks/umaps.csv",
    log:
        "<logs>/benchmark_umaps.log",
    conda:
        "../../envs/benchmarks.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=3000, runtime=60),
    params:
        code=code_of("benchmark_umaps"),
        clips=config["benchmarks"]["clips"],
        umap_samples=config["benchmarks"]["umap_samples"],
        exact_up_to=config["umaps"]["exact_up_to"],
        layout=config["umaps"]["layout"],
    message:
        "Measuring the nine UMAPs of one machine"
    script:
        "../../scripts/benchmark_umaps.py"


rule benchmark_layouts:
    """Measure layouts and exact neighbours of a realistic mixture."""
    output:
        "<results>/benchmarks/layouts.csv",
    log:
        "<logs>/benchmark_layouts.log",
    conda:
        "../../envs/benchmarks.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=3000, runtime=60),
    params:
        code=code_of("benchmark_layouts"),
        sizes=config["benchmarks"]["layout_samples"],
        seeds=config["benchmarks"]["layout_seeds"],
        exact_up_to=config["umaps"]["exact_up_to"],
        exact_samples=config["benchmarks"]["exact_samples"],
        rounds=config["benchmarks"]["rounds"],
    message:
        "Measuring layouts and exact neighbours of a realistic mixture"
    script:
        "../../scripts/benchmark_layouts.py"


rule benchmark_largest:
    """Measure neighbour search and layout of subsets as large as those of the published study."""
    output:
        "<results>/benchmarks/largest.csv",
    log:
        "<logs>/benchmark_largest.log",
    conda:
        "../../envs/benchmarks.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=14000, runtime=120),
    params:
        code=code_of("benchmark_largest"),
        clips=config["benchmarks"]["clips"],
        exact_up_to=config["umaps"]["exact_up_to"],
        layout=config["umaps"]["layout"],
    message:
        "Measuring UMAPs of the published size"
    script:
        "../../scripts/benchmark_largest.py"


rule benchmark_figures:
    """Measure the drawing of a large machine plot."""
    output:
        "<results>/benchmarks/figures.csv",
    log:
        "<logs>/benchmark_figures.log",
    conda:
        "../../envs/plots.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=2000, runtime=30),
    params:
        code=code_of("benchmark_figures"),
        rounds=config["benchmarks"]["rounds"],
    message:
        "Measuring the drawing of a large machine plot"
    script:
        "../../scripts/benchmark_figures.py"


rule benchmark_training:
    """Measure the training of sub-cluster AdaCos."""
    output:
        "<results>/benchmarks/training.csv",
    log:
        "<logs>/benchmark_training.log",
    conda:
        "../../envs/tensorflow-gpu.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=6000, runtime=60),
        gpu=1,
    params:
        code=code_of("benchmark_training"),
        training_clips=config["benchmarks"]["training_clips"],
        training_store=config["benchmarks"]["training_store"],
        rounds=config["benchmarks"]["rounds"],
        settings=timed_training(study),
    message:
        "Measuring the training of sub-cluster AdaCos"
    script:
        "../../scripts/benchmark_training.py"


rule benchmark_starting:
    """Measure the dry run and the plan of a large study of own clips."""
    output:
        "<results>/benchmarks/starting.csv",
    log:
        "<logs>/benchmark_starting.log",
    conda:
        "../../envs/report.yaml"
    threads: workflow.cores
    resources:
        **benchmark_resources(mem_mb=2000, runtime=30),
    params:
        code=code_of("benchmark_starting"),
        workflow=workflow.basedir,
        machines=config["benchmarks"]["machines"],
    message:
        "Measuring the dry run and the plan of a large study"
    script:
        "../../scripts/benchmark_starting.py"


rule tabulate_benchmarks:
    """Tabulate all benchmarks, with the computer that they were measured on."""
    input:
        rules.benchmark_spectrograms.output,
        rules.benchmark_samples.output,
        rules.benchmark_storage.output,
        rules.benchmark_l3.output,
        rules.benchmark_umaps.output,
        rules.benchmark_layouts.output,
        rules.benchmark_largest.output if config["benchmarks"]["largest"] else [],
        rules.benchmark_figures.output,
        rules.benchmark_training.output,
        rules.benchmark_starting.output,
    output:
        csv="<results>/benchmarks/summary.csv",
        md="<results>/benchmarks/summary.md",
        rates="<results>/benchmarks/rates.csv",
    log:
        "<logs>/tabulate_benchmarks.log",
    conda:
        "../../envs/l3.yaml"
    resources:
        **benchmark_resources(mem_mb=1000, runtime=10),
    params:
        code=code_of("tabulate_benchmarks"),
    message:
        "Tabulating the benchmarks"
    script:
        "../../scripts/tabulate_benchmarks.py"
