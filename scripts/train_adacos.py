"""Train one sub-cluster AdaCos network."""

from adapter import job

with job(snakemake) as terminal:
    from pathlib import Path

    from uads.core.seeds import derive_seed
    from uads.detectors.adacos.classes import read_classes
    from uads.detectors.adacos.network import build_classifier, describe_network
    from uads.detectors.adacos.train import train_member
    from uads.learning.standardisation import Standardisation

    train_member(
        features=snakemake.input.features,
        weights=snakemake.output.weights,
        history=snakemake.output.history,
        standardisation=snakemake.output.standardisation,
        classes=snakemake.output.classes,
        settings=snakemake.params.detector,
        seed=derive_seed(snakemake.params.seed, "adacos", snakemake.wildcards.member),
        threads=snakemake.threads,
        terminal=terminal,
        code=snakemake.params.code,
    )
    bins = Standardisation.read(snakemake.output.standardisation).mean.size
    classifier, _ = build_classifier(read_classes(snakemake.output.classes), bins, snakemake.params.detector)
    Path(snakemake.output.model).mkdir(exist_ok=True)
    describe_network(classifier).to_csv(Path(snakemake.output.model, "layers.csv"), index=False)
