"""The JSON schema of the config, for editors and for the page of keys."""

from typing import Any

from uads.core.settings import json_schema
from uads.study.kinds import GROUPS, kind_models
from uads.study.settings import StudySettings

#: Keys that entries of a group have besides the settings of their kind.
OWN_KEYS: dict[str, dict[str, Any]] = {
    "representations": {},
    "detectors": {
        "extends": {"type": "string", "description": "The detector whose kind and other settings it has."},
    },
}
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def config_schema() -> dict[str, Any]:
    """Return the JSON schema of the config, with the settings of all kinds of representations and detectors."""
    schema: dict[str, Any] = {"$schema": DIALECT, "title": "Config of a study", **json_schema(StudySettings)}
    for group, meaning in GROUPS.items():
        models = kind_models(group)
        for kind, model in models.items():
            own = {"kind": {"const": kind, "description": meaning}, **OWN_KEYS[group]}
            schema["$defs"] |= _definitions(f"{group}.{kind}", json_schema(model), own)
        schema["properties"][group]["additionalProperties"] = {
            "type": ["object", "null"] if group == "detectors" else "object",
            "properties": {"kind": {"enum": list(models), "description": meaning}, **OWN_KEYS[group]},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                    "then": {"$ref": f"#/$defs/{group}.{kind}"},
                }
                for kind in models
            ],
        }
    return schema


def _definitions(name: str, schema: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return the definitions of one kind, under names that begin with its own; ``own`` are further keys."""
    parts = _renamed(schema, name)
    inner = parts.pop("$defs", {})
    parts["properties"] = own | parts.get("properties", {})
    return {name: parts, **{f"{name}.{part}": content for part, content in inner.items()}}


def _renamed(part: Any, prefix: str) -> Any:
    if isinstance(part, list):
        return [_renamed(entry, prefix) for entry in part]
    if not isinstance(part, dict):
        return part
    return {
        key: value.replace("#/$defs/", f"#/$defs/{prefix}.") if key == "$ref" else _renamed(value, prefix)
        for key, value in part.items()
    }
