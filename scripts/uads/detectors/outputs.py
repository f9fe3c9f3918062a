"""What a trained member computes for all clips: named arrays in one HDF5 file.

Layout::

    clips/        one dataset per column of the clip table
    arrays/...    one dataset per array; most have a row per clip
    attributes: facts (JSON), parameters (JSON), versions (JSON)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import pandas as pd
from numpy.typing import NDArray

from uads.core.files import atomic_path
from uads.data.stores import read_attributes, read_columns, write_attributes, write_columns


@dataclass(frozen=True)
class Outputs:
    """Content of an outputs file.

    Attributes
    ----------
    clips : DataFrame [n_clips]
    arrays : mapping of name to array
        Names may contain slashes.
    facts : mapping
        Anything else that scoring needs, as JSON.
    """

    clips: pd.DataFrame
    arrays: Mapping[str, NDArray[Any]]
    facts: Mapping[str, Any] = field(default_factory=dict)


def write_outputs(outputs: Outputs, path: str | Path, attributes: Mapping[str, Any]) -> None:
    """Write the outputs of one member."""
    with atomic_path(path) as partial, h5py.File(partial, "w") as file:
        write_columns(file.create_group("clips"), outputs.clips)
        arrays = file.create_group("arrays")
        for name, array in outputs.arrays.items():
            arrays[name] = array
        write_attributes(file, {"facts": dict(outputs.facts), **attributes})


def read_outputs(path: str | Path) -> Outputs:
    """Read the outputs of one member."""
    arrays: dict[str, NDArray[Any]] = {}

    def read(name: str, item: h5py.Group | h5py.Dataset) -> None:
        if isinstance(item, h5py.Dataset):
            arrays[name] = item[:]

    with h5py.File(path, "r") as file:
        file["arrays"].visititems(read)
        return Outputs(read_columns(file["clips"]), arrays, read_attributes(file)["facts"])
