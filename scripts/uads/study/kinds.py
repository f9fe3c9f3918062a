"""Entries of the config of which there are several kinds: the models of their settings."""

from collections.abc import Mapping
from typing import Any

from uads.core.errors import UserError
from uads.core.settings import Settings, parse
from uads.core.words import did_you_mean
from uads.detectors.base import kinds as detector_kinds
from uads.representations.base import RepresentationSettings
from uads.representations.base import kinds as representation_kinds

#: The keys of the config whose entries are of several kinds, with what an entry is.
GROUPS = {"representations": "What computes the frames.", "detectors": "What computes the scores."}


def kind_models(group: str) -> dict[str, type[Settings]]:
    """Map each kind of a group to the model of its settings.

    Parameters
    ----------
    group : {"representations", "detectors"}
    """
    declared = {"representations": representation_kinds, "detectors": detector_kinds}[group]()
    return {name: spec.Settings for name, spec in declared.items()}


def parse_representation(name: str, entry: Mapping[str, Any]) -> RepresentationSettings:
    """Return the checked settings of an entry of ``representations``.

    Raises
    ------
    UserError
        Two lines about what is wrong.
    """
    models = {kind: spec.Settings for kind, spec in representation_kinds().items()}
    key, meaning = f"representations.{name}", GROUPS["representations"]
    if "kind" not in entry:
        raise UserError(f"config: the key '{key}.kind' is missing\n  it means: {meaning} Allowed: {', '.join(models)}")
    kind = entry["kind"]
    if kind not in models:
        raise UserError(
            f"config: {key}.kind is {kind!r}, which is not allowed{did_you_mean(str(kind), models)}\n"
            f"  allowed: {', '.join(models)}. {meaning}"
        )
    return parse(models[kind], entry, key)
