"""Write Table 1: the network, read from the built model."""

from adapter import job

with job(snakemake):
    from uads.detectors.adacos.classes import read_classes
    from uads.detectors.adacos.network import build_classifier, describe_network
    from uads.learning.standardisation import Standardisation
    from uads.tables.render import write_table_files
    from uads.tables.wilkinghoff2021 import beside_published_sizes, layout_table_1

    output = snakemake.output
    bins = Standardisation.read(snakemake.input.standardisation).mean.size
    classifier, _ = build_classifier(read_classes(snakemake.input.classes), bins, snakemake.params.detector)
    table = beside_published_sizes(describe_network(classifier))
    write_table_files(table, layout_table_1(), output.csv, output.md, output.html)
