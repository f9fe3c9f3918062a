"""Settings of what the config has several kinds of: representations and detectors."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from uads.core.errors import UserError
from uads.core.settings import Settings, parse

#: The keys of the config whose entries are of several kinds, with what an entry is.
GROUPS = {"representations": "What computes the frames.", "detectors": "What computes the scores."}


@cache
def kind_models(group: str) -> dict[str, type[Settings]]:
    """Map each kind of a group to the model of its settings, from the registry in the package of that name.

    Parameters
    ----------
    group : {"representations", "detectors"}
    """
    place = f"uads.{group}.base"
    registry = import_module(place) if find_spec(place) else None
    kinds = getattr(registry, "kinds", dict)
    return {name: spec.Settings for name, spec in kinds().items()}


def representation_model(kind: str) -> type[Settings] | None:
    """Return the model of the settings of a kind of representation, or None if there is no such kind."""
    return kind_models("representations").get(kind)


def detector_model(kind: str) -> type[Settings] | None:
    """Return the model of the settings of a kind of detector, or None if there is no such kind."""
    return kind_models("detectors").get(kind)


def check_entry(group: str, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Check an entry against the model of its kind, and return it with all its settings.

    Raises
    ------
    UserError
        Two lines about what is wrong.
    """
    models, key = kind_models(group), f"{group}.{name}"
    if not models:
        return dict(entry)
    about = f"it means: {GROUPS[group]} Allowed: {', '.join(models)}"
    if "kind" not in entry:
        raise UserError(f"config: the key '{key}.kind' is missing\n  {about}")
    kind = entry["kind"]
    if kind not in models:
        close = get_close_matches(str(kind), models, n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        raise UserError(
            f"config: {key}.kind is {kind!r}, which is not allowed{hint}\n"
            f"  allowed: {', '.join(models)}. {GROUPS[group]}"
        )
    model = models[kind]
    own = {field: value for field, value in entry.items() if field != "kind" or "kind" in model.model_fields}
    return {"kind": kind, **parse(model, own, key).model_dump(mode="json", by_alias=True)}
