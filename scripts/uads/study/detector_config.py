"""The entries of the config's ``detectors``: kinds, inheritance by ``extends``, and typed settings."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from uads.core.errors import UserError
from uads.core.settings import parse
from uads.core.words import any_of, did_you_mean
from uads.detectors.base import Detector, DetectorSettings, kinds

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
BLOCKS = ("training", "back_end", "decision")


def parse_detectors(
    entries: Mapping[str, Mapping[str, Any] | None], wanted: list[str]
) -> dict[str, tuple[str, DetectorSettings]]:
    """Return the kind and the settings of each configured detector.

    Parameters
    ----------
    entries : mapping
        ``detectors`` of the config, after all overlays.
    wanted : list of str
        ``scores`` of the config; a kind needs no entry.

    Raises
    ------
    UserError
        If an entry is wrong: its key, and what to do.
    """
    given = {name: dict(entry or {}) for name, entry in entries.items()}
    given |= {name: {} for name in wanted if name not in given and name in kinds()}
    for place, name in enumerate(wanted):
        if name not in given:
            hint = did_you_mean(name, given)
            raise UserError(
                f"config: scores[{place}] is {name!r}, which is not allowed{hint}\n  allowed: {', '.join(given)}"
            )
    return {name: parse_detector(name, resolve(name, given)) for name in given}


def resolve(name: str, entries: Mapping[str, dict[str, Any]], children: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an entry with its kind and all that it inherits: mappings are merged, lists and scalars replaced."""
    if not NAME.fullmatch(name):
        raise UserError(f"config: detectors: the name '{name}' is not allowed\n  allowed: letters, digits, _")
    own = dict(entries[name])
    parent = own.pop("extends", None)
    if parent is None:
        return {"kind": name if name in kinds() else None} | own
    if parent not in entries:
        others = any_of(sorted(entries.keys() - {name})) or "nothing"
        raise UserError(f"config: detectors.{name}.extends: there is no detector '{parent}'\n  allowed: {others}")
    if parent in (name, *children):
        circle = " -> ".join([*children, name, parent])
        raise UserError(f"config: detectors.{name}.extends: {circle} is a circle\n  remove one extends of it")
    inherited = resolve(parent, entries, (*children, name))
    if own.get("kind", inherited["kind"]) != inherited["kind"]:
        raise UserError(
            f"config: detectors.{name}.kind is {own['kind']}, but {parent} is {inherited['kind']}\n"
            "  remove kind or extends"
        )
    return merge(inherited, own)


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge mappings as Snakemake merges config files."""
    merged = dict(base)
    for key, value in changes.items():
        both = isinstance(value, Mapping) and isinstance(merged.get(key), Mapping)
        merged[key] = merge(merged[key], value) if both else value
    return merged


def parse_detector(name: str, entry: Mapping[str, Any]) -> tuple[str, DetectorSettings]:
    """Return the kind and the checked settings of an entry."""
    values = dict(entry)
    kind = values.pop("kind")
    if kind is None:
        raise UserError(
            f"config: detectors.{name} has neither kind nor extends\n  allowed kinds: {any_of(list(kinds()))}"
        )
    if kind not in kinds():
        raise UserError(f"config: detectors.{name}.kind: there is no '{kind}'\n  allowed: {any_of(list(kinds()))}")
    check_moved(name, values, kinds()[kind])
    return kind, parse(kinds()[kind].Settings, values, f"detectors.{name}")


def check_moved(name: str, values: Mapping[str, Any], spec: Detector) -> None:
    """Refuse keys of version 1, which had no blocks, with their new place."""
    fields = spec.Settings.model_fields
    for block in BLOCKS:
        model = fields[block].annotation
        inside = model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else {}
        for key in values.keys() & (inside.keys() - fields.keys()):
            old, new = f"detectors.{name}.{key}", f"detectors.{name}.{block}.{key}"
            raise UserError(f"config: {old} moved to {new}\n  write it there")
