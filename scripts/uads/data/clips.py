"""The clip table: one row per audio file, one schema for all corpora and years.

All later stages read this table and never parse file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from uads.core.errors import UserError
from uads.core.files import read_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "clip": "str",  # unique key: <corpus>/<path below the corpus>
    "corpus": "str",
    "shard": "str",  # feature store of the clip
    "path": "str",  # audio file, absolute or relative to the working folder
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
#: Keys of a dataset split, within which stacks are sorted and sampled.
SPLIT_KEYS = ["corpus", "machine", "section", "domain", "split"]


def as_clip_table(table: pd.DataFrame, scatter: int = 1) -> pd.DataFrame:
    """Convert a table to the schema: assign shards, set columns and types, sort by clip.

    Parameters
    ----------
    table : DataFrame
        All columns of :data:`COLUMNS` except ``shard``.
    scatter : int, default 1
        Number of shards for the clips of an external corpus.

    Raises
    ------
    UserError
        If a column is missing, a value is not allowed or a clip appears twice.
    """
    table = table.sort_values("clip", ignore_index=True)
    table["shard"] = shard_names(table, scatter)
    missing = [column for column in COLUMNS if column not in table]
    if missing:
        raise UserError(f"the clip table has no columns {', '.join(missing)}")
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
        raise UserError(f"clip {twice.iloc[0]} appears twice in the clip table")
    return table


def shard_names(clips: pd.DataFrame, scatter: int = 1) -> pd.Series:
    """Return the shard of each clip: ``<corpus>-<machine>-<split>``, or ``<corpus>-<nn>`` for external corpora.

    Test clips of the evaluation part (published without labels) have a separate shard,
    ``<corpus>-<machine>-evaluation``: the detectors score them, the UMAP study excludes them.
    """
    import pandas as pd

    blind = (clips["split"] == "test") & (clips["part"] == "evaluation")
    own = clips["corpus"] + "-" + clips["machine"] + "-" + clips["split"].mask(blind, "evaluation")
    number = pd.Series(np.arange(len(clips)) % scatter, index=clips.index).map("{:02d}".format)
    return own.where(clips["split"] != "external", clips["corpus"] + "-" + number)


def select_clips(clips: pd.DataFrame, parameters: Mapping[str, Any]) -> pd.DataFrame:
    """Return the first clips of each dataset split and label, to reduce the size of a study.

    Parameters
    ----------
    clips : DataFrame
        Rows of the clip table.
    parameters : mapping
        A representation's parameters. ``clips_per_split`` is the number of clips to keep of each
        dataset split and label, ``clips_per_external_shard`` of each shard of an external corpus.
        All are kept if a key is missing or None.
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
        If the shard has no clips.
    """
    clips = read_table(path)
    clips = clips[clips["shard"] == shard].reset_index(drop=True)
    if clips.empty:
        raise UserError(f"{path} lists no clip of {shard}: delete it and run again, or remove {shard} from the study")
    return clips
