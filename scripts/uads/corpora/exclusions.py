"""What happens to clips that are not as they should be: decided once, when a corpus is indexed.

Every stage after the index sees good clips only. What was left out, and what was kept with a warning,
is listed beside the clip table with the reason.
"""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from uads.clips import shard_names
from uads.errors import MEND, UserError
from uads.files import whole

log = logging.getLogger(__name__)

#: Reasons, as the config names them, and how each is said of a file.
REASONS = {
    "unreadable": "cannot read {path}: {detail}",
    "empty": "{path} holds no samples",
    "truncated": "{path} is cut off: {detail}",
    "non_finite": "{path} holds numbers that are not finite: {detail}",
    "silent": "{path} is silent: {detail}",
    "short": "{path} is too short: {detail}",
}
#: What can be done, from mild to strict.
ACTIONS = ("keep", "skip", "stop")
COLUMNS = ["corpus", "clip", "path", "reason", "detail", "action"]
#: What a feature store, and a model of its own, is made of: one that loses all its clips ends the run.
GROUPS = ["corpus", "machine", "part", "split"]


def sort_out(clips: pd.DataFrame, policies: Mapping[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Part good clips from others.

    Parameters
    ----------
    clips : DataFrame
        The clip table without ``shard``, with ``findings`` as
        :func:`uads.corpora.files.probe_files` gives them.
    policies : mapping
        The config's ``bad_clips``: reason to ``keep`` (with a warning), ``skip`` or ``stop``; a reason
        that is not there stops. Clips of less than ``shorter_than`` seconds are ``short``.

    Returns
    -------
    clips : DataFrame
        Those that are used.
    excluded : DataFrame
        :data:`COLUMNS`; one row for each clip and reason. ``action`` is what was done with the clip, by
        the strictest of its reasons: ``kept`` or ``skipped``.

    Raises
    ------
    UserError
        If a clip has a reason to stop, or no clip is left of a group.
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
    """Say in a sentence what is wrong with a clip."""
    return REASONS[row["reason"]].format(path=row["path"], detail=row["detail"]).rstrip(" .")


def count_exclusions(excluded: pd.DataFrame) -> str:
    """Count in words: ``2 clips left out (1 empty, 1 unreadable), 1 kept with a warning (silent)``; "" if none."""
    parts = []
    for action, words in (("skipped", "left out"), ("kept", "kept with a warning")):
        rows = excluded[excluded["action"] == action]
        number = rows["clip"].nunique()
        reasons = ", ".join(f"{count} {reason}" for reason, count in rows["reason"].value_counts(sort=False).items())
        if number:
            parts.append(f"{number} clip{'s' * (number != 1)} {words} ({reasons})")
    return ", ".join(parts)


def write_exclusions(excluded: pd.DataFrame, path: str | Path) -> None:
    """Write the list as CSV, with its header even if there are none."""
    with whole(path) as partial:
        excluded.to_csv(partial, index=False)


def read_exclusions(paths: Sequence[str | Path]) -> pd.DataFrame:
    """Read the lists of several corpora as one."""
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
    raise UserError(f"{describe(first)}. {MEND}, or set bad_clips.{first['reason']} to skip{more}.")


def _check_groups(clips: pd.DataFrame, good: pd.DataFrame, faults: Mapping[str, str]) -> None:
    left = set(good[GROUPS].itertuples(index=False, name=None))
    for group, members in clips.groupby(GROUPS):
        if tuple(group) not in left:
            name = shard_names(members).iloc[0] if members["split"].iloc[0] != "external" else members["corpus"].iloc[0]
            raise UserError(
                f"no clip of {name} is left: {len(members)} were left out as bad_clips says, the first because "
                f"{faults[members['clip'].iloc[0]]}. Mend them, or take {name} out of the study."
            )
