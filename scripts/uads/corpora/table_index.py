"""The clips of a user's table, for the index."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.corpora.files import probe_files
from uads.corpora.parsed_csv import read_parsed_csv
from uads.corpora.table import mark_parts


def index_table(
    corpus: str, path: str | Path, machines: Sequence[str], sections: Sequence[str], channel: str | int = "mix"
) -> pd.DataFrame:
    """List a user's clips of the given machines and sections.

    Returns
    -------
    DataFrame
        The clip table without ``shard``, with ``findings`` (see :func:`uads.corpora.files.probe_files`, which
        also explains ``channel``).
    """
    clips = mark_parts(read_parsed_csv(path), corpus)
    clips = clips[clips["machine"].isin(machines) & clips["section"].isin(sections)].reset_index(drop=True)
    probed = clips.drop(columns="path").join(probe_files(clips["path"], channel))
    return probed.assign(clip=corpus + "/" + clips["path"])
