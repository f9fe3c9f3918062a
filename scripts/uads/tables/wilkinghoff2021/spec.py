"""Tables 1 to 5 of Wilkinghoff (2021), declared."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from uads.core.entry import Cost, Entry, constant_workload
from uads.core.missing import Missing, first_missing
from uads.tables.base import Table
from uads.tables.columns import Choice, component, expand, first_of, of, others, shown_score_sets

BUILD = "uads.tables.wilkinghoff2021.build"
#: The published values are those of this layout's clips.
LAYOUT = "dcase2021"
ADACOS = "adacos among the config's scores, and two sections to train on"
LOSSES = "two losses in detectors.adacos.variants"
LABELS = "test clips with labels"

DETECTORS = [of("autoencoder", published="autoencoder"), of("mobilenetv2", published="mobilenetv2")]
COLUMNS = {
    2: [
        *DETECTORS,
        first_of("adacos", "adacos_choice", "adacos_one_head", "adacos_two_heads", published="proposed"),
        others(),
    ],
    3: [
        component("adacos", "section", "section_gmm", "Section"),
        component("adacos", "attribute", "attribute_gmm", "Attribute"),
        component("adacos", "target", "target_gmm", "Target clips"),
        of("adacos", "ensemble", "Ensemble"),
        of("adacos_density", label="Local density normalisation"),
    ],
    4: [
        of("adacos_one_head", "section_loss", "Sections"),
        of("adacos_two_heads", "section_attribute_loss", "Sections and attributes"),
        of("adacos", "ensemble", "Ensemble"),
    ],
    5: [
        *DETECTORS,
        first_of("adacos_choice", "adacos", "adacos_one_head", "adacos_two_heads", published="proposed"),
        others(),
    ],
}


def missing(study: Any, number: int) -> Missing | None:
    """Return what a study lacks for a table of the paper."""
    corpus, sets = study.corpora.studied, study.detectors.score_sets
    trained = (bool(sets), "training clips")
    adacos = ("adacos" in sets, ADACOS)
    labels = (corpus.labelled, LABELS)
    losses = ({"adacos_one_head", "adacos_two_heads"} <= set(sets), LOSSES)
    evaluation = (corpus.layout and corpus.blind_sections, "clips of a challenge with an evaluation part")
    needed = {
        1: [adacos],
        2: [trained, labels],
        3: [adacos, labels],
        4: [adacos, losses, labels],
        5: [trained, evaluation],
    }
    return first_missing(*needed[number])


def columns(study: Any, choices: Sequence[Choice]) -> list[Any]:
    """Return the columns of a table in a study."""
    return expand(choices, study.detectors.score_sets, study.corpora.studied.layout == LAYOUT)


def network_inputs(study: Any) -> Mapping[str, Any] | Missing:
    """Return the folder of the model that Table 1 describes: a network with all heads where there is one."""
    if lacking := missing(study, 1):
        return lacking
    described = max(study.detectors.members("adacos"), key=lambda member: len(member.overrides["heads"]))
    return {"model": f"<results>/detectors/adacos/{described.name}/model"}


def comparison(number: int, label: str, title: str, caption: str, megabytes: float) -> Table:
    """Declare a table of score sets beside published values."""

    def inputs(study: Any) -> Mapping[str, Any] | Missing:
        if lacking := missing(study, number):
            return lacking
        sets = shown_score_sets(columns(study, COLUMNS[number]))
        return {
            "scores": [f"<results>/scores/{name}.parquet" for name in sets],
            "index": f"<results>/corpora/{study.corpora.studied.name}/clips.parquet",
            "published": f"resources/published/wilkinghoff2021_table{number}.csv",
        }

    return Table(
        title=f"Table {number} of Wilkinghoff (2021): {title}.",
        label=f"Wilkinghoff (2021), {number}: {label}",
        caption=f"Table {number} of Wilkinghoff (2021): {caption}",
        inputs=inputs,
        build=Entry(f"{BUILD}:table_{number}", Cost(3, 0, megabytes), constant_workload),
        params=lambda study: {"columns": [asdict(column) for column in columns(study, COLUMNS[number])]},
        aliases=(f"table_{number}",),
    )


MEANS = "Harmonic means over the sections of each machine and domain, beside those that the paper prints."
TABLES = {
    "wilkinghoff2021_table_1": Table(
        title="Table 1 of Wilkinghoff (2021): the network of sub-cluster AdaCos.",
        label="Wilkinghoff (2021), 1: the network",
        caption="Table 1 of Wilkinghoff (2021): the network behind sub-cluster AdaCos, read from the model built for "
        "this study: each layer's structure, output size and number of parameters, beside the output size that the "
        "paper prints.",
        inputs=network_inputs,
        build=Entry(f"{BUILD}:table_1", Cost(3, 0, 250, basis="estimated"), constant_workload),
        aliases=("table_1",),
    ),
    "wilkinghoff2021_table_2": comparison(
        2,
        "detectors on the development part",
        "detectors on the development part",
        "AUC and pAUC (up to a false positive rate of 0.1) of each detector on the labelled test clips of the "
        "development set, one row for each machine, section and domain, with harmonic means for each machine and over "
        "all. Each value is followed by the one that the paper prints and the difference; the highest value of a row "
        "is bold. The last column gives the reason for a blank cell.",
        300,
    ),
    "wilkinghoff2021_table_3": comparison(
        3,
        "back-end distributions",
        "distributions behind sub-cluster AdaCos",
        "AUC and pAUC of the distributions behind sub-cluster AdaCos, on the labelled test clips of the development "
        "set: Gaussian mixtures of a section's source clips, of its attributes and of its target clips, and their sum. "
        + MEANS,
        250,
    ),
    "wilkinghoff2021_table_4": comparison(
        4,
        "losses",
        "losses of sub-cluster AdaCos",
        "AUC and pAUC of the losses that the networks of sub-cluster AdaCos are trained with, on the labelled test "
        "clips of the development set: sections only, sections and attributes, and the ensemble of both. " + MEANS,
        250,
    ),
    "wilkinghoff2021_table_5": comparison(
        5,
        "detectors on the evaluation part",
        "detectors on the evaluation part, with the official scores",
        "AUC and pAUC of each detector on the test clips of the evaluation set, whose labels were published after the "
        "challenge, as harmonic means over the sections of each machine and domain. The last row contains the official "
        "scores that rank the systems of the 2021 challenge. Each value is followed by the one that the paper prints "
        "and the difference.",
        250,
    ),
}
