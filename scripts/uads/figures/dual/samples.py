"""Groups of samples: by split, domain, label and corpus."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.figures.dual.settings import Settings

#: Columns of a UMAP table that a figure reads.
COLUMNS = ["clip", "corpus", "machine", "section", "domain", "split", "label", "energy", "x", "y"]
FAMILIES = ("train/source", "train/target", "normal/source", "normal/target", "anomaly/source", "anomaly/target")
LABELS = ("normal", "anomaly")


def drawn_samples(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Remove what a dual plot does not show: unlabelled test samples, and external corpora if disabled."""
    unlabelled = (table["split"] == "test") & ~table["label"].isin(LABELS)
    unwanted = (table["split"] == "external") & (not settings.external)
    return table.loc[~(unlabelled | unwanted), COLUMNS].reset_index(drop=True)


def sample_kinds(samples: pd.DataFrame) -> NDArray[np.str_]:
    """Return ``external``, ``train``, ``normal`` or ``anomaly`` for each sample."""
    test = samples["split"] == "test"
    kinds = {"external": samples["split"] == "external", "train": samples["split"] == "train"}
    kinds |= {label: test & (samples["label"] == label) for label in LABELS}
    return np.select([rows.to_numpy(dtype=bool) for rows in kinds.values()], list(kinds), "unknown")


def sample_families(samples: pd.DataFrame) -> NDArray[np.str_]:
    """Return the name of each sample's family of colours, or ``external``."""
    kinds = sample_kinds(samples)
    target = is_target(samples)
    wanted = [family.split("/") for family in FAMILIES]
    members = [(kinds == kind) & (target == (domain == "target")) for kind, domain in wanted]
    return np.select(members, FAMILIES, kinds)


def is_test(samples: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask of the test samples (drawn as dots)."""
    return (samples["split"] == "test").to_numpy(dtype=bool)


def is_target(samples: pd.DataFrame) -> NDArray[np.bool_]:
    """Return a mask of the samples of the target domain."""
    return (samples["domain"] == "target").to_numpy(dtype=bool)


def names(samples: pd.DataFrame, column: str) -> list[str]:
    """List the names in a column in natural order, without external corpora."""
    return sorted(samples.loc[samples["split"] != "external", column].unique(), key=natural_order)


def natural_order(name: str) -> tuple[list[tuple[int, str]], str]:
    """Return a sort key that puts ``b2`` before ``B10`` and is unique for each name."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name.casefold())], name


def codes(values: pd.Series, known: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each value in ``known``, or -1."""
    place = {name: at for at, name in enumerate(known)}
    found, unique = pd.factorize(values)
    return np.array([place.get(name, -1) for name in unique] or [-1], np.int64)[found]


def external_corpora(samples: pd.DataFrame, metadata: Mapping[str, Any]) -> list[str]:
    """List the external corpora that have samples, in the study's order."""
    present = samples.loc[samples["split"] == "external", "corpus"].unique()
    ordered = [corpus for corpus in metadata.get("external") or [] if corpus in present]
    return ordered + sorted(set(present) - set(ordered))
