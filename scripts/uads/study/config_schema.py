"""The JSON schema of the config, for editors and for the page of keys."""

from typing import Any

from uads.core.settings import json_schema
from uads.study.kinds import GROUPS, kind_models
from uads.study.settings import StudySettings

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def config_schema() -> dict[str, Any]:
    """Return the JSON schema of the config, with the settings of all kinds of representations and detectors."""
    schema: dict[str, Any] = {"$schema": DIALECT, "title": "Config of a study", **json_schema(StudySettings)}
    for group, meaning in GROUPS.items():
        models = kind_models(group)
        if not models:
            continue
        for kind, model in models.items():
            schema["$defs"] |= _definitions(f"{group}.{kind}", kind, json_schema(model), meaning)
        schema["properties"][group]["additionalProperties"] = {
            "type": "object",
            "properties": {"kind": {"enum": list(models), "description": meaning}},
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                    "then": {"$ref": f"#/$defs/{group}.{kind}"},
                }
                for kind in models
            ],
        }
    return schema


def _definitions(name: str, kind: str, schema: dict[str, Any], meaning: str) -> dict[str, Any]:
    """Return the definitions of one kind, under names of its own."""
    parts = _renamed(schema, name)
    inner = parts.pop("$defs", {})
    parts["properties"] = {"kind": {"const": kind, "description": meaning}, **parts.get("properties", {})}
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
