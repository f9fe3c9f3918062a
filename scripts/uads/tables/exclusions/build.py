"""The table of clips that were left out or kept with a warning."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from uads.core.files import read_table
from uads.corpora.exclusions import read_exclusions
from uads.tables.render import Column, Layout


def build_table(inputs: Any, _: Mapping[str, Any]) -> tuple[pd.DataFrame, Layout]:
    """Build the table from ``inputs.excluded`` and ``inputs.clips``, one file each of every corpus."""
    used = pd.concat([read_table(path, ["corpus"]) for path in inputs.clips])["corpus"].value_counts()
    excluded = read_exclusions(inputs.excluded)
    return excluded, layout_exclusions(excluded, {str(corpus): int(number) for corpus, number in used.items()})


def layout_exclusions(excluded: pd.DataFrame, used: Mapping[str, int]) -> Layout:
    """Return the layout of the clips that were left out or kept with a warning; a note says if there are none.

    Parameters
    ----------
    excluded : DataFrame
        As returned by :func:`uads.corpora.exclusions.read_exclusions`.
    used : mapping of corpus to int
        Number of clips that are used.
    """
    columns = [Column(key, key) for key in ("corpus", "path", "reason", "detail")] + [Column("action", "action")]
    notes = [f"{corpus}: {_found(excluded[excluded['corpus'] == corpus], n)}" for corpus, n in used.items()]
    title = "Clips that were left out, or kept with a warning"
    return Layout(title, [("", columns)], notes if len(excluded) else ["There are none.", *notes])


def _found(excluded: pd.DataFrame, used: int) -> str:
    skipped, kept = (excluded["clip"][excluded["action"] == action].nunique() for action in ("skipped", "kept"))
    return f"{used:,} clips are used, {kept or 'none'} of them with a warning; {skipped or 'none'} left out."
