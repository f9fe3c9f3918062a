"""The clip table: one row per audio file, one schema for all corpora and years.

Everything downstream of the index reads this table, never a file name.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from uads.errors import UserError
from uads.files import read_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "clip": "str",  # identity: <corpus>/<path below the corpus>
    "corpus": "str",
    "shard": "str",  # which feature store the clip goes to
    "path": "str",  # where the audio lies, absolute or below the working folder
    "machine": "str",  # empty for an external corpus, as are section and domain
    "section": "str",
    "domain": "str",  # source | target
    "split": "str",  # train | test | external
    "label": "str",  # normal | anomaly | unknown
    "part": "str",  # development | evaluation | external
    "attributes": "str",
    "sample_rate": "int32",  # Hz, of the file
    "length": "int64",  # samples per channel in the file
    "checksum": "str",  # sha256 of the file
}
ALLOWED = {
    "domain": ("source", "target", ""),
    "split": ("train", "test", "external"),
    "label": ("normal", "anomaly", "unknown"),
    "part": ("development", "evaluation", "external"),
}
#: What the study calls a dataset split: stacks are sorted and sampled within one.
SPLIT_KEYS = ["corpus", "machine", "section", "domain", "split"]


def as_clip_table(table: pd.DataFrame, scatter: int = 1) -> pd.DataFrame:
    """Bring a table to the schema: shards assigned, columns and types, sorted by clip.

    Parameters
    ----------
    table : DataFrame
        All columns of :data:`COLUMNS` but ``shard``.
    scatter : int, default 1
        Over how many shards the clips of an external corpus are spread.

    Raises
    ------
    UserError
        If a column is missing, a value is not allowed or a clip stands there twice.
    """
    table = table.sort_values("clip", ignore_index=True)
    table["shard"] = shard_names(table, scatter)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise UserError(f"the clip table lacks the columns {', '.join(missing)}")
    table = table[list(COLUMNS)].astype(COLUMNS)
    for column, allowed in ALLOWED.items():
        wrong = ~table[column].isin(allowed)
        if wrong.any():
            row = table[wrong].iloc[0]
            raise UserError(
                f"clip {row['clip']}: {column} is '{row[column]}', allowed are {', '.join(filter(None, allowed))}"
            )
    twice = table["clip"][table["clip"].duplicated()]
    if len(twice):
        raise UserError(f"clip {twice.iloc[0]} stands twice in the clip table")
    return table


def shard_names(clips: pd.DataFrame, scatter: int = 1) -> pd.Series:
    """Name the shard of each clip: ``<corpus>-<machine>-<split>``, external ones ``<corpus>-<nn>``.

    Test clips of the evaluation part (published without labels) lie in a shard of their own,
    ``<corpus>-<machine>-evaluation``: the UMAP study leaves them out, the detectors score them.
    """
    import pandas as pd

    blind = (clips["split"] == "test") & (clips["part"] == "evaluation")
    own = clips["corpus"] + "-" + clips["machine"] + "-" + clips["split"].mask(blind, "evaluation")
    number = pd.Series(np.arange(len(clips)) % scatter, index=clips.index).map("{:02d}".format)
    return own.where(clips["split"] != "external", clips["corpus"] + "-" + number)


def select_clips(clips: pd.DataFrame, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """Keep the first clips of every dataset split and label, so that a study can be made small.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table.
    parameters : mapping
        A representation's parameters. ``clips_per_split`` says how many clips of each dataset split
        and label to keep, ``clips_per_external_shard`` how many of each shard of an external corpus;
        all where a key is missing or None.
    """
    rank = clips.groupby([*SPLIT_KEYS, "label", "shard"]).cumcount()
    per_split, per_shard = (
        np.inf if parameters.get(key) is None else parameters[key]
        for key in ("clips_per_split", "clips_per_external_shard")
    )
    most = np.where(clips["split"] == "external", per_shard, per_split)
    return clips[rank < most].reset_index(drop=True)


def read_shard(path: str | Path, shard: str) -> pd.DataFrame:
    """Read the clips of one shard from a clip table.

    Raises
    ------
    UserError
        If it has none.
    """
    clips = read_table(path)
    clips = clips[clips["shard"] == shard].reset_index(drop=True)
    if clips.empty:
        raise UserError(f"{path} lists no clip of {shard}: delete it and run again, or take {shard} out of the study")
    return clips
