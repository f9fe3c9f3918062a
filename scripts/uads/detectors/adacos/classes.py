"""Classes that the heads of the network distinguish."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.core.errors import UserError
from uads.core.files import atomic_path

#: Columns that define the classes of each head. Clips of a machine without attributes form one class of ``attribute``.
HEADS = {"section": ["machine", "section"], "attribute": ["machine", "attributes"]}

REMEDIES = {
    "section": "add clips of another machine or section, or remove the detector from the config's scores",
    "attribute": "remove two_heads from the variants of the detector",
}

#: For each head, the classes as lists of strings, in the order of the network's outputs.
Classes = Mapping[str, list[list[str]]]


def find_classes(clips: pd.DataFrame, heads: list[str]) -> Classes:
    """List the classes of each head among training clips.

    Raises
    ------
    UserError
        If a head has only one class.
    """
    classes = {
        head: clips[HEADS[head]].drop_duplicates().sort_values(HEADS[head]).to_numpy(dtype=object).tolist()
        for head in heads
    }
    for head, found in classes.items():
        if len(found) < 2:
            raise UserError(
                f"AdaCos learns to distinguish classes, but the training clips have only one {head} "
                f"({', '.join(found[0])}): {REMEDIES[head]}"
            )
    return classes


def class_numbers(clips: pd.DataFrame, classes: Classes, head: str) -> NDArray[np.int64]:
    """Return the number of each clip's class in a head; -1 if the head has no such class."""
    numbers = {tuple(names): number for number, names in enumerate(classes[head])}
    return np.array([numbers.get(names, -1) for names in zip(*(clips[c] for c in HEADS[head]), strict=True)], np.int64)


def write_classes(classes: Classes, path: str | Path) -> None:
    """Write the classes as JSON."""
    with atomic_path(path) as partial:
        partial.write_text(json.dumps(classes, indent=1) + "\n")


def read_classes(path: str | Path) -> Classes:
    """Read classes written by :func:`write_classes`."""
    return json.loads(Path(path).read_text())
