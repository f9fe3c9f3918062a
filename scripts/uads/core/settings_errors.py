"""Errors of settings in two lines: which key is wrong and why, and what is allowed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml
from pydantic_core import ErrorDetails

from uads.core.words import did_you_mean

Schema = Mapping[str, Any]

#: Kinds of pydantic's errors about bounds and patterns: key of the wanted value in the error, and words before it.
BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
    "too_short": ("min_length", "number of entries at least"),
    "too_long": ("max_length", "number of entries at most"),
    "string_pattern_mismatch": ("pattern", "a string that matches"),
}
TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


class Place(NamedTuple):
    """Where an error is: the dotted key, and the schema and the value there."""

    key: str
    schema: Schema
    value: Any


def explain(errors: Sequence[ErrorDetails], schema: Schema, values: Any, root: str = "") -> tuple[str, str]:
    """Describe the most relevant of some errors in two lines.

    Parameters
    ----------
    errors : sequence of ErrorDetails
        What pydantic found.
    schema : mapping
        The JSON schema of the checked model.
    values : object
        What was checked.
    root : str, default ""
        The place of the values in the config, with dots.
    """
    error = min(errors, key=_rank)
    steps, kind = list(error["loc"]), error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(_find(steps[:-1], schema, values, root), str(steps[-1]))
    if kind in ("missing", "required_key"):
        name = str(steps.pop() if kind == "missing" else error["ctx"]["name"])
        place = _find(steps, schema, values, root)
        meaning = place.schema.get("properties", {}).get(name, {}).get("description", "")
        return f"config: the key '{join_key(place.key, name)}' is missing", f"  it means: {meaning}"
    if steps and steps[-1] == "[key]":
        place = _find(steps[:-2], schema, values, root)
        return f"config: {place.key} has the name '{steps[-2]}', which is not allowed", f"  allowed: {_bound(error)}"
    place = _find(steps, schema, values, root)
    about = place.schema.get("description", "")
    if kind == "value_error":
        message = error["msg"].removeprefix("Value error, ")
        return f"config: {place.key or 'the file'}: {message}", f"  it means: {about}"
    return (
        f"config: {place.key or 'the file'} is {place.value!r}, which is not allowed{_hint_at_text(place)}",
        f"  allowed: {_allowed(error, place)}. {about}".rstrip(),
    )


def _rank(error: ErrorDetails) -> int:
    """Rank errors: an unknown key explains a missing one, a wrong name what is wrong in its entry."""
    return 0 if error["type"] == "extra_forbidden" else 1 if "[key]" in error["loc"] else 2


def _unknown_key(place: Place, unknown: str) -> tuple[str, str]:
    key = join_key(place.key, unknown)
    if unknown in (moved := place.schema.get("x-moved", {})):
        return f"config: the key '{key}' has moved", f"  its new place: {join_key(place.key, moved[unknown])}"
    allowed = list(place.schema.get("properties", {}))
    return f"config: unknown key '{key}'{did_you_mean(unknown, allowed)}", f"  allowed here: {', '.join(allowed)}"


def _find(steps: Sequence[int | str], schema: Schema, value: Any, key: str) -> Place:
    """Follow the steps of an error as far as they are keys; pydantic appends names of the types that it tried."""
    found = Place(key, _resolved(schema, schema), value)
    for step in steps:
        child = _child(schema, found.schema, step)
        if child is None or not isinstance(found.value, dict | list):
            break
        inner = found.value.get(step) if isinstance(found.value, dict) else found.value[int(step)]
        found = Place(join_key(found.key, step), child, inner)
    return found


def _child(root: Schema, schema: Schema, step: int | str) -> Schema | None:
    """Return the schema of a key of a mapping or an entry of a list, or None if there is none."""
    for variant in _variants(root, schema):
        if isinstance(step, int) and "items" in variant:
            return _resolved(root, variant["items"])
        if isinstance(step, str) and step in variant.get("properties", {}):
            return _resolved(root, variant["properties"][step])
        if isinstance(step, str) and isinstance(named := variant.get("additionalProperties"), dict):
            return _resolved(root, named)
    return None


def _variants(root: Schema, schema: Schema) -> Iterator[Schema]:
    yield schema
    for variant in schema.get("anyOf", []):
        yield _resolved(root, variant)


def _resolved(root: Schema, schema: Schema) -> Schema:
    """Return a schema with its reference followed; a description beside the reference wins."""
    if "$ref" not in schema:
        return schema
    own = {key: value for key, value in schema.items() if key != "$ref"}
    return {**root["$defs"][schema["$ref"].rsplit("/", 1)[1]], **own}


def join_key(key: str, step: int | str) -> str:
    """Append a step to a dotted key; an index stands in brackets."""
    if isinstance(step, int):
        return f"{key}[{step}]"
    return f"{key}.{step}" if key else step


def _allowed(error: ErrorDetails, place: Place) -> str:
    if error["type"] in BOUNDS and not _is_choice(place.schema):
        return _bound(error)
    if error["type"] == "repeated":
        return error["msg"]
    return allowed_values(place.schema, bounds=_is_choice(place.schema))


def _bound(error: ErrorDetails) -> str:
    wanted, words = BOUNDS[error["type"]]
    value = error["ctx"][wanted]
    return f"{words} {value:g}" if isinstance(value, float) else f"{words} {value}"


def _is_choice(schema: Schema) -> bool:
    """Return True if the values are of several types that are not just one type or nothing."""
    return len([one for one in schema.get("anyOf", []) if one.get("type") != "null"]) > 1


def allowed_values(schema: Schema, bounds: bool = True) -> str:
    """Describe the values that a schema allows, with or without bounds of numbers."""
    if "anyOf" in schema:
        return " or ".join(allowed_values(one, bounds) for one in schema["anyOf"])
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return ", ".join("nothing (null)" if value is None else str(value) for value in schema["enum"])
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    name = {"null": "nothing (null)", "array": "list", "object": "mapping"}.get(
        schema.get("type", "object"), schema.get("type", "mapping")
    )
    limits = [f"{text} {schema[limit]:g}" for limit, text in words.items() if limit in schema]
    return " ".join([name, *(limits if bounds else [])])


def _hint_at_text(place: Place) -> str:
    """Suggest an unquoted value if the text would parse to a valid one (`--config key={...}` passes strings only)."""
    if not isinstance(place.value, str):
        return ""
    try:
        meant = yaml.safe_load(place.value)
    except yaml.YAMLError:
        return ""
    names = [one.get("type", "object") for one in place.schema.get("anyOf", [place.schema])]
    is_right = any(type(meant) in TYPES[name] for name in names) and not isinstance(meant, str)
    return ": it is a string (write it without quotes, in a file for --configfile)" if is_right else ""
