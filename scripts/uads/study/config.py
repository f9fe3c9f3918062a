"""Validation of the config. Errors are two lines: which key is wrong and why, and what is allowed."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from uads.core.errors import UserError


def check_config(config: Mapping[str, Any], schema: str | Path) -> None:
    """Check a config against its JSON schema (written in YAML).

    Raises
    ------
    UserError
        If the config is invalid: two lines about the most relevant error.
    """
    validator = Draft202012Validator(yaml.safe_load(Path(schema).read_text()))
    error = best_match(validator.iter_errors(config))
    if error is not None:
        raise UserError("\n".join(explain(error)))


def explain(error: ValidationError) -> tuple[str, str]:
    """Describe an error in two lines: which key is wrong and why, and what is allowed."""
    key = key_of(error)
    schema: Any = error.schema
    found: Any = error.instance
    wanted: Any = error.validator_value
    about = schema.get("description", "").strip()
    if error.validator == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        (unknown, *_) = [name for name in found if name not in allowed] or ["?"]
        close = get_close_matches(str(unknown), allowed, n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        return f"config: unknown key '{_join(key, unknown)}'{hint}", f"  allowed here: {', '.join(allowed)}"
    if error.validator == "required":
        missing = next(name for name in wanted if name not in found)
        meaning = schema.get("properties", {}).get(missing, {}).get("description", "")
        return f"config: the key '{_join(key, missing)}' is missing", f"  it means: {meaning}"
    return (
        f"config: {key or 'the file'} is {error.instance!r}, which is not allowed{_hint_at_text(error)}",
        f"  allowed: {allowed_by(error)}. {about}",
    )


def _hint_at_text(error: ValidationError) -> str:
    """Suggest an unquoted value if the string would parse to a valid one (`--config key={...}` passes strings only)."""
    if error.validator != "type" or not isinstance(error.instance, str):
        return ""
    try:
        meant = yaml.safe_load(error.instance)
    except yaml.YAMLError:
        return ""
    right = Draft202012Validator({"type": error.validator_value}).is_valid(meant)
    return ": it is a string (write it without quotes, in a file for --configfile)" if right else ""


def allowed_by(error: ValidationError) -> str:
    """Describe the values that the failed check of a schema allows."""
    value: Any = error.validator_value
    if error.validator == "enum":
        return ", ".join("nothing (null)" if entry is None else str(entry) for entry in value)
    if error.validator == "type":
        return " or ".join([value] if isinstance(value, str) else value).replace("null", "nothing (null)")
    words = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "minItems": "number of entries at least",
        "maxItems": "number of entries at most",
        "pattern": "a string that matches",
    }
    return f"{words.get(str(error.validator), error.validator)} {value}"


def key_of(error: ValidationError) -> str:
    """Return the dotted path of the key, with list indices in brackets."""
    key = ""
    for step in error.absolute_path:
        key = f"{key}[{step}]" if isinstance(step, int) else _join(key, step)
    return key


def _join(key: str, step: object) -> str:
    return f"{key}.{step}" if key else str(step)


def document_keys(schema: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """Return a Markdown table of all keys: meaning, allowed values, and value in a config.

    Parameters
    ----------
    schema : mapping
        The JSON schema.
    config : mapping
        The config whose values are shown.
    """
    lines = ["| key | meaning | allowed | value |", "|---|---|---|---|"]
    for key, part, value in _keys(schema, schema, config, ""):
        cells = [f"`{key}`", part.get("description", ""), _allowed(part), _shown(value)]
        lines.append(f"| {' | '.join(cell.replace('|', ', ').replace(chr(10), ' ') for cell in cells)} |")
    return "\n".join(lines) + "\n"


def _keys(
    schema: Mapping[str, Any], part: Mapping[str, Any], value: Any, key: str
) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Yield each leaf of a schema: dotted key, subschema, and value in the config."""
    part = _resolved(schema, part)
    if "properties" in part or isinstance(part.get("additionalProperties"), Mapping):
        for name, child in part.get("properties", {}).items():
            own = value.get(name, _ABSENT) if isinstance(value, Mapping) else _ABSENT
            yield from _keys(schema, child, own, _join(key, name))
        named = part.get("additionalProperties")
        if isinstance(named, Mapping):
            variants = [rule["then"] for rule in named.get("allOf", []) if "$ref" in rule.get("then", {})]
            for variant in variants or [named]:
                name = variant.get("$ref", "name").rsplit("/", 1)[-1]
                yield from _keys(schema, variant, _ABSENT, _join(key, f"<{name}>"))
    elif "properties" in part.get("items", {}):
        yield from _keys(schema, part["items"], _ABSENT, f"{key}[]")
    else:
        yield key, part, value


_ABSENT = object()


def _resolved(schema: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    return schema["$defs"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part


def _allowed(part: Mapping[str, Any]) -> str:
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "anyOf" in part:
        return " or ".join(_allowed(one) for one in part["anyOf"])
    kinds = part.get("type", "")
    text = " or ".join([kinds] if isinstance(kinds, str) else kinds)
    bounds = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤"}
    return " ".join([text, *(f"{sign} {part[name]}" for name, sign in bounds.items() if name in part)])


def _shown(value: Any) -> str:
    return (
        ""
        if value is _ABSENT
        else f"`{yaml.safe_dump(value, default_flow_style=True).strip().removesuffix('...').strip()}`"
    )
