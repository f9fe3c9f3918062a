"""The clip table of one corpus, whatever its source and layout."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.corpora.dcase.index import index_dcase
from uads.corpora.exclusions import sort_out
from uads.corpora.folder import index_folder
from uads.corpora.table_index import index_table
from uads.data.clips import as_clip_table

#: Default handling of bad clips: see :func:`uads.corpora.exclusions.sort_out`.
BAD_CLIPS = {"silent": "keep", "empty": "skip"}


def index_corpus(
    settings: Mapping[str, Any], channel: str | int = "mix", bad_clips: Mapping[str, Any] = BAD_CLIPS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the clips of one corpus, and separate good clips from bad ones.

    Parameters
    ----------
    settings : mapping
        name, role, source, layout, root (folder of the files), truth (folder of the ground truth),
        machines, sections, ground_truth (list that is used where two disagree), shards and, for an external corpus,
        patterns (of its files; all by default).
    channel : "mix" or int, default "mix"
        Channel that will be used.
    bad_clips : mapping
        Handling of bad clips: see :func:`uads.corpora.exclusions.sort_out`.

    Returns
    -------
    clips : DataFrame
        The clip table.
    excluded : DataFrame
        Clips that were left out, or kept with a warning: see :func:`uads.corpora.exclusions.sort_out`.

    Raises
    ------
    UserError
        If a file is missing or its name does not match the layout, or ``bad_clips`` says stop.
    """
    name, root = settings["name"], settings["root"]
    if settings["role"] == "external":
        clips = index_folder(name, root, settings.get("patterns") or ("**/*",), channel)
    elif settings["source"] == "table":
        clips = index_table(name, root, settings["machines"], settings["sections"], channel)
    else:
        clips = index_dcase(
            name,
            settings["layout"],
            root,
            settings["truth"],
            settings["machines"],
            settings["sections"],
            settings["ground_truth"],
            channel,
        )
    good, excluded = sort_out(clips, bad_clips)
    return as_clip_table(good, settings["shards"]), excluded
