"""External corpora: folders of audio without machines, sections or labels."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from uads.corpora.files import find_audio, probe_files


def index_folder(
    corpus: str, root: str | Path, patterns: Sequence[str] = ("**/*",), channel: str | int = "mix"
) -> pd.DataFrame:
    """List every audio file below a folder as a clip of an external corpus.

    Parameters
    ----------
    corpus : str
        Name of the corpus in the study.
    root : path
    patterns : sequence of str
        Glob patterns of the files, relative to ``root``.
    channel : "mix" or int, default "mix"
        See :func:`uads.corpora.files.probe_files`.

    Returns
    -------
    DataFrame
        The clip table without ``shard``, with ``findings``; ``attributes`` is the folder of the clip.
    """
    root = Path(root)
    paths = [path for pattern in patterns for path in find_audio(root, pattern)]
    relative = [path.relative_to(root) for path in paths]
    return probe_files(paths, channel).assign(
        clip=[f"{corpus}/{path}" for path in relative],
        corpus=corpus,
        machine="",
        section="",
        domain="",
        split="external",
        label="unknown",
        part="external",
        attributes=["" if path.parent == Path() else str(path.parent) for path in relative],
    )
