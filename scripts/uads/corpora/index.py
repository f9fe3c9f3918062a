"""The clip table of one corpus, whatever its source and layout."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.clips import as_clip_table
from uads.corpora.dcase import index_dcase2021
from uads.corpora.folder import index_folder
from uads.corpora.table import index_table

#: Which files of an external corpus the study uses.
PATTERNS = {"idmt": ("**/train_cut/*/*.wav", "**/test_cut/*/*.wav")}


def index_corpus(settings: Mapping[str, Any]) -> pd.DataFrame:
    """List the clips of one corpus.

    Parameters
    ----------
    settings : mapping
        name, role, source, layout, root (where the files lie), truth (where the ground truth lies),
        machines, sections and shards.

    Returns
    -------
    DataFrame
        The clip table.
    """
    name, root = settings["name"], settings["root"]
    if settings["role"] == "external":
        clips = index_folder(name, root, PATTERNS.get(settings["layout"], ("**/*",)))
    elif settings["source"] == "table":
        clips = index_table(name, root, settings["machines"], settings["sections"])
    else:
        clips = index_dcase2021(name, root, settings["truth"], settings["machines"], settings["sections"])
    return as_clip_table(clips, settings["shards"])
