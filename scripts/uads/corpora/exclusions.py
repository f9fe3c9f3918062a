"""Handling of bad clips, decided once, when a corpus is indexed.

All later stages see only good clips. Clips that were left out, or kept with a warning, are listed beside the
clip table with the reason.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from uads.core.errors import REPLACE_OR_REMOVE, UserError
from uads.core.files import atomic_path
from uads.data.clips import shard_names

log = logging.getLogger(__name__)

#: Reasons, as named in the config, with the message for each.
REASONS = {
    "unreadable": "cannot read {path}: {detail}",
    "empty": "{path} contains no samples",
    "truncated": "{path} is cut off: {detail}",
    "non_finite": "{path} contains values that are not finite: {detail}",
    "silent": "{path} is silent: {detail}",
    "short": "{path} is too short: {detail}",
}
COLUMNS = ["corpus", "clip", "path", "reason", "detail", "action"]
#: Columns that identify a group of clips. The run stops if a group loses all its clips.
GROUPS = ["corpus", "machine", "part", "split"]


def sort_out(clips: pd.DataFrame, policies: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Separate good clips from bad ones.

    Parameters
    ----------
    clips : DataFrame
        The clip table without ``shard``, with ``findings`` as returned by
        :func:`uads.corpora.files.probe_files`.
    policies : mapping
        The config's ``bad_clips``, which maps each reason to ``keep`` (with a warning), ``skip`` or ``stop``;
        a missing reason means ``stop``. Clips shorter than ``shorter_than`` seconds are ``short``.

    Returns
    -------
    clips : DataFrame
        The clips that are used.
    excluded : DataFrame
        :data:`COLUMNS`; one row per clip and reason. ``action`` is what was done with the clip,
        according to the strictest of its reasons: ``kept`` or ``skipped``.

    Raises
    ------
    UserError
        If a clip has a reason to stop, or a group has no clip left.
    """
    shortest = policies.get("shorter_than") or 0
    sizes = zip(clips["findings"], clips["length"], clips["sample_rate"], strict=True)
    findings = [[*found, *_shortness(length, rate, shortest)] for found, length, rate in sizes]
    rows: list[dict[str, str]] = [
        dict(zip(COLUMNS, (*names, reason, detail, policies.get(reason, "stop")), strict=True))
        for *names, found in zip(clips["corpus"], clips["clip"], clips["path"], findings, strict=True)
        for reason, detail in found
    ]
    excluded = pd.DataFrame(rows, columns=COLUMNS)
    for row in rows:
        log.warning("%s [%s: %s]", describe(row), row["reason"], row["action"])
    _stop([row for row in rows if row["action"] == "stop"])
    skipped = set(excluded["clip"][excluded["action"] == "skip"])
    excluded["action"] = excluded["clip"].isin(skipped).map({True: "skipped", False: "kept"})
    good = clips[~clips["clip"].isin(skipped)].reset_index(drop=True)
    _check_groups(clips, good, {row["clip"]: describe(row) for row in rows})
    return good, excluded


def describe(row: Mapping[str, Any]) -> str:
    """Describe in one sentence what is wrong with a clip."""
    return REASONS[row["reason"]].format(path=row["path"], detail=row["detail"]).rstrip(" .")


def count_exclusions(excluded: pd.DataFrame) -> str:
    """Count exclusions: ``2 clips left out (1 empty, 1 unreadable), 1 kept with a warning (silent)``; "" if none."""
    parts = []
    for action, words in (("skipped", "left out"), ("kept", "kept with a warning")):
        rows = excluded[excluded["action"] == action]
        number = rows["clip"].nunique()
        reasons = ", ".join(f"{count} {reason}" for reason, count in rows["reason"].value_counts(sort=False).items())
        if number:
            parts.append(f"{number} clip{'s' * (number != 1)} {words} ({reasons})")
    return ", ".join(parts)


def write_exclusions(excluded: pd.DataFrame, path: str | Path) -> None:
    """Write the exclusions as CSV, with a header even if there are none."""
    with atomic_path(path) as partial:
        excluded.to_csv(partial, index=False)


def read_exclusions(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Read and concatenate the exclusions of several corpora."""
    return pd.concat([pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths], ignore_index=True)


def _shortness(length: int, rate: int, shortest: float) -> list[tuple[str, str]]:
    seconds = length / rate if rate else 0
    if not length or seconds >= shortest:
        return []
    return [("short", f"{1000 * seconds:.3g} ms, less than {1000 * shortest:.3g} ms")]


def _stop(rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    first = rows[0]
    others = len({row["clip"] for row in rows}) - 1
    more = f" ({others} more such clip{'s' * (others != 1)} in the log)" if others else ""
    raise UserError(f"{describe(first)}. {REPLACE_OR_REMOVE}, or set bad_clips.{first['reason']} to skip{more}.")


def _check_groups(clips: pd.DataFrame, good: pd.DataFrame, faults: Mapping[str, str]) -> None:
    left = set(good[GROUPS].itertuples(index=False, name=None))
    for group, members in clips.groupby(GROUPS):
        if tuple(group) not in left:
            name = shard_names(members).iloc[0] if members["split"].iloc[0] != "external" else members["corpus"].iloc[0]
            raise UserError(
                f"no clip of {name} is left: {len(members)} were left out by bad_clips, the first because "
                f"{faults[members['clip'].iloc[0]]}. Fix them, or remove {name} from the study."
            )
