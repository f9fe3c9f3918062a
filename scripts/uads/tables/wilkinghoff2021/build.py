"""Tables 1 to 5 of Wilkinghoff (2021)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from uads.evaluation.comparisons import compare_on_domains, compare_on_evaluation, compare_on_splits
from uads.tables.comparison import ComparisonText, build_comparison
from uads.tables.render import Column, Layout, describe_stand_ins

#: Output sizes of Table 1 (Wilkinghoff 2021), by layer in the order of the network; "" if not listed.
PUBLISHED_SIZES = [
    "313×128",
    "157×64×16",
    "",
    "78×31×16",
    "39×16×32",
    "20×8×64",
    "10×4×128",
    "4×128",
    "512",
    "128",
    "42",
    "199",
]


def beside_published_sizes(network: pd.DataFrame) -> pd.DataFrame:
    """Add the output sizes of the paper's Table 1 to those of the built network.

    Parameters
    ----------
    network : DataFrame
        layer, structure, output_size, parameters: ``model/layers.csv`` of a trained member.

    Returns
    -------
    DataFrame
        ``network`` with published and agrees (yes, no, or blank for a layer that the paper does not list).
    """
    published = PUBLISHED_SIZES[: len(network)]
    agrees = [
        "" if not size else "yes" if size == own else "no"
        for own, size in zip(network["output_size"], published, strict=True)
    ]
    return network.assign(published=published, agrees=agrees)


def layout_table_1(stand_ins: Sequence[str] = (), study: str = "") -> Layout:
    """Return the layout of Table 1: the network's layers."""
    columns = [
        Column("layer", "layer"),
        Column("structure", "structure"),
        Column("output_size", "output size"),
        Column("published", "published size"),
        Column("agrees", "agrees"),
        Column("parameters", "parameters", 0),
    ]
    notes = [
        "The values are those of the built model. The paper does not list the first max-pooling, which its sizes "
        "imply, and writes “stride=1” for all residual blocks, although those of stages two to four halve both axes. "
        "The stride here is that of the first convolution of a stage.",
        "The output size of a last layer is the number of classes among this study's training clips: machines and "
        "sections (42 in the DCASE 2021 data) and, for a second head, machines and attributes (199 in the paper).",
    ]
    return Layout("Table 1: the modified ResNet", [("", columns)], notes, describe_stand_ins(stand_ins, study))


SECTION_MEANS = "Values are harmonic means over the sections of a machine and domain, or of all machines (“all”)."
TEXTS = {
    "table_2": ComparisonText(
        "Table 2: AUC and pAUC on the development set",
        "Rows “hmean” are harmonic means over the rows above them; the last one is over all rows of all machines.",
    ),
    "table_3": ComparisonText(
        "Table 3: back-end distributions on the development set",
        SECTION_MEANS,
        (
            "Attribute distributions exist only in source domains, those of target clips only in target domains. A "
            "cell is also blank if a section has no such training clips. For machines with an extra term for the "
            "temporal maximum in the source domain (Eq. 4), only the ensemble includes this term.",
        ),
    ),
    "table_4": ComparisonText("Table 4: losses on the development set", SECTION_MEANS),
    "table_5": ComparisonText(
        "Table 5: AUC and pAUC on the evaluation set",
        SECTION_MEANS,
        (
            "The AUC columns of the last row contain official scores, as in the paper: the harmonic mean of all AUCs "
            "and pAUCs over machines, sections and domains. Later challenges pool domains differently.",
        ),
    ),
}


def table_1(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build Table 1 from the folder of a trained model: ``inputs.model``."""
    text = dict.fromkeys(("layer", "structure", "output_size"), str)
    layers = pd.read_csv(Path(inputs.model, "layers.csv"), dtype=text, keep_default_na=False)
    return beside_published_sizes(layers), layout_table_1(params["stand_ins"], params["study"])


def table_2(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build Table 2; see :func:`uads.tables.comparison.build_comparison`."""
    return build_comparison(TEXTS["table_2"], compare_on_splits, inputs, params)


def table_3(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build Table 3; see :func:`uads.tables.comparison.build_comparison`."""
    return build_comparison(TEXTS["table_3"], compare_on_domains, inputs, params)


def table_4(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build Table 4; see :func:`uads.tables.comparison.build_comparison`."""
    return build_comparison(TEXTS["table_4"], compare_on_domains, inputs, params)


def table_5(inputs: Any, params: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build Table 5; see :func:`uads.tables.comparison.build_comparison`."""
    return build_comparison(TEXTS["table_5"], compare_on_evaluation, inputs, params)
