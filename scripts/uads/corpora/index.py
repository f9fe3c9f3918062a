"""The clip table of one corpus, whatever its source and layout."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.clips import as_clip_table
from uads.corpora.dcase import index_dcase
from uads.corpora.exclusions import sort_out
from uads.corpora.folder import index_folder
from uads.corpora.table import index_table

#: Which files of an external corpus the study uses.
PATTERNS = {"idmt": ("**/train_cut/*/*.wav", "**/test_cut/*/*.wav")}


#: What becomes of bad clips where a config says nothing: see :func:`uads.corpora.exclusions.sort_out`.
BAD_CLIPS = {"silent": "keep", "empty": "skip"}


def index_corpus(
    settings: Mapping[str, Any], channel: str | int = "mix", bad_clips: Mapping[str, Any] = BAD_CLIPS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """List the clips of one corpus, good ones apart from others.

    Parameters
    ----------
    settings : mapping
        name, role, source, layout, root (where the files lie), truth (where the ground truth lies),
        machines, sections, ground_truth (which list counts where two disagree) and shards.
    channel : "mix" or int, default "mix"
        Which channel of a clip will be used.
    bad_clips : mapping
        What to do about clips that are not as they should be.

    Returns
    -------
    clips : DataFrame
        The clip table.
    excluded : DataFrame
        What was left out, or kept with a warning: see :func:`uads.corpora.exclusions.sort_out`.

    Raises
    ------
    UserError
        If a file is missing or not named as it should be, or ``bad_clips`` says stop.
    """
    name, root = settings["name"], settings["root"]
    if settings["role"] == "external":
        clips = index_folder(name, root, PATTERNS.get(settings["layout"], ("**/*",)), channel)
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
