"""The classes that the heads of the network tell apart."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from uads.errors import UserError
from uads.files import whole

#: What makes a class of each head. Clips of a machine whose names tell no attributes are one class of the second.
HEADS = {"section": ["machine", "section"], "attribute": ["machine", "attributes"]}

REMEDIES = {
    "section": "add clips of another machine or section, or take adacos out of the config's scores",
    "attribute": "take two_heads out of the config's detectors.adacos.variants",
}

#: For each head, the classes as lists of strings, in the order of the network's outputs.
Classes = Mapping[str, list[list[str]]]


def find_classes(clips: pd.DataFrame, heads: list[str]) -> Classes:
    """Find the classes of each head among training clips.

    Raises
    ------
    UserError
        If a head is left with a single class, which nothing can be told apart from.
    """
    classes = {
        head: clips[HEADS[head]].drop_duplicates().sort_values(HEADS[head]).to_numpy(dtype=object).tolist()
        for head in heads
    }
    for head, found in classes.items():
        if len(found) < 2:
            raise UserError(
                f"AdaCos learns to tell classes apart, but the training clips have one {head} only "
                f"({', '.join(found[0])}): {REMEDIES[head]}"
            )
    return classes


def class_numbers(clips: pd.DataFrame, classes: Classes, head: str) -> NDArray[np.int64]:
    """Number of each clip's class in a head, -1 where the head has no such class."""
    numbers = {tuple(names): number for number, names in enumerate(classes[head])}
    return np.array([numbers.get(names, -1) for names in zip(*(clips[c] for c in HEADS[head]), strict=True)], np.int64)


def write_classes(classes: Classes, path: str | Path) -> None:
    """Write the classes as JSON."""
    with whole(path) as partial:
        partial.write_text(json.dumps(classes, indent=1) + "\n")


def read_classes(path: str | Path) -> Classes:
    """Read what :func:`write_classes` wrote."""
    return json.loads(Path(path).read_text())
