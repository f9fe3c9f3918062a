"""The page of keys: a Markdown table of every key of the config."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from uads.core.settings_errors import join_key

_ABSENT = object()
_BOUNDS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}


def document_keys(schema: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Return a Markdown table of all keys: meaning, allowed values, and value in a config or default.

    Parameters
    ----------
    schema : mapping
        The JSON schema.
    config : mapping
        The effective config whose values are shown.
    """
    lines = ["| key | meaning | allowed | value |", "|---|---|---|---|"]
    for key, part, value in _keys(schema, schema, config, ""):
        shown = part.get("default", _ABSENT) if value is _ABSENT else value
        cells = [f"`{key}`", part.get("description", ""), _allowed(schema, part), _shown(shown)]
        lines.append(f"| {' | '.join(cell.replace('|', ', ').replace(chr(10), ' ') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _keys(
    schema: Mapping[str, Any], part: Mapping[str, Any], value: Any, key: str
) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Yield each leaf of a schema: dotted key, subschema, and value in the config."""
    part = _unwrapped(schema, part)
    named = part.get("additionalProperties")
    items = _unwrapped(schema, part.get("items", {}))
    if isinstance(named, Mapping) and ("properties" in _unwrapped(schema, named) or "allOf" in named):
        variants = [rule["then"] for rule in named.get("allOf", [])]
        for variant in variants or [named]:
            name = variant["$ref"].rsplit(".", 1)[-1] if variants else "name"
            yield from _keys(schema, variant, _ABSENT, join_key(key, f"<{name}>"))
    elif "properties" in part:
        for name, child in part["properties"].items():
            own = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
            yield from _keys(schema, child, own, join_key(key, name))
    elif "properties" in items:
        yield from _keys(schema, items, _ABSENT, f"{key}[]")
    else:
        yield key, part, value


def _unwrapped(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with its reference followed, and without the alternative to be nothing if it is a mapping."""
    if "$ref" in part:
        part = {**schema["$defs"][part["$ref"].rsplit("/", 1)[1]], **part}
    for variant in part.get("anyOf", []):
        mapping = _unwrapped(schema, variant)
        if mapping.get("type") == "object":
            return {**mapping, **part}
    return part


def _allowed(schema: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    """Describe the values that a leaf may have."""
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(_allowed(schema, one) for one in part["anyOf"])
    limits = [
        f"{sign} {part[name]:g}" if abs(part[name]) < 1e5 else f"{sign} {part[name]}"
        for name, sign in _BOUNDS.items()
        if name in part
    ]
    return " ".join([{"array": "list", "object": "mapping"}.get(part.get("type", ""), part.get("type", "")), *limits])


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return ""
    return f"`{yaml.safe_dump(value, default_flow_style=True, width=10000).strip().removesuffix('...').strip()}`"
