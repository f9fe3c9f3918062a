"""Texts beside the dual plots in the report."""

from collections.abc import Mapping
from typing import Any

SIDES = "**normal ones on the left and anomalous ones on the right**"
BLIND_SPOT = "A UMAP can show that groups are separable; it cannot show that they are not."
DOTS = {
    "global": f"Small dots are test samples, {SIDES}: round for the source domain, triangular for the target domain, "
    "one colour per machine. The pale discs below are the training data of the same machine; external corpora are grey "
    "and mauve. Training and external data are the same on both sides.",
    "machine": f"Small dots are test samples, {SIDES}; large discs are training data and external corpora, the same on "
    "both sides. Each combination of split, label and domain has a family of colours, with one shade per section, as "
    "the legend shows.",
    "section": f"Small dots are test samples, {SIDES}, one colour per clip: round for the source domain, triangular "
    "for the target domain. Large discs are the section's training data and external corpora, the same on both sides.",
}
READING = {
    "global": "*How to read it.* Machines that lie apart are trivially distinguished. Dots on the left that lie on "
    "pale discs of their own colour are supported by training data. Dots on the right that also lie on such discs are "
    f"anomalies that proximity to the training data would miss. {BLIND_SPOT}",
    "machine": "*How to read it.* Good separability (SEP): a simple boundary separates the dots on the left from those "
    "on the right. Good discriminative support (DSUP): training discs lie below the dots on the left, not below those "
    "on the right. Dots on the left without discs are false positives of a detector that trusts the training data; "
    "dots on the right that lie on discs are its false negatives. Discs of sections without test data have no dots "
    f"on either side. {BLIND_SPOT}",
    "section": "*How to read it.* Clips that form islands of their own differ in more than their condition. Compare "
    "the sides as in the machine's plot: dots on the left should lie on discs, dots on the right should not.",
}
REGIONS = (
    "Circles mark regions found from the density of the samples: **1** normal test data on training data with "
    "anomalies beside both (good SEP and DSUP), **2** normal test data without training data (*FPos*, false positives "
    "of a detector that trusts the training data), **3** anomalies on training data (*FNeg*, its false negatives). A "
    "region that is not in the data is not marked."
)
CROSS = (
    "The black cross estimates the origin of the cone of energies: of the samples shown, sorted by energy, the lowest "
    "are skipped and the next ones averaged (the small print gives the numbers)."
)


def caption(
    kind: str,
    subset: Mapping[str, Any],
    settings: Mapping[str, Any],
    study: str,
    umap: str,
    title: str = "",
    section: str | None = None,
) -> str:
    """Return the text beside a dual plot.

    Parameters
    ----------
    kind : {"global", "machine", "section"}
    subset : mapping
        scope, representation, k of its UMAP.
    settings : mapping
        How it is drawn, see :class:`uads.figures.dual.settings.Settings`.
    study : str
    umap : str
        Sentences about how the UMAP is made.
    title : str, default ""
        Name of a figure of the config.
    section : str, optional
        The section that is shown.
    """
    stack = "single frames" if subset["k"] == 1 else f"stacks of {subset['k']} frames"
    scope = "all machines" if subset["scope"] == "global" else f"*{subset['scope']}*"
    part = f"section {section} of {scope}" if section else scope
    excerpt = ", an excerpt" if settings.get("crop") else ""
    external = "" if settings.get("external", True) else ", without external data"
    named = f"{title}, from the study *{study}*: {part}" if title else f"Study *{study}*: {part}"
    paragraphs = [
        f"{named}, UMAP of {subset['representation']}, {stack}{external}{excerpt}.",
        DOTS[kind],
        REGIONS if settings.get("annotate") else "",
        CROSS if settings.get("cross") else "",
        "" if title else READING[kind],
        f"*How it was made.* {umap} The small print gives the number of samples of each class that is shown.",
    ]
    return "\n\n".join(filter(None, paragraphs))
