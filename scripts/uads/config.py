"""Checking the config: errors are two lines that say which key, what is wrong and what is allowed."""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from uads.errors import UserError


def check_config(config: Mapping[str, Any], schema: str | Path) -> None:
    """Check a config against its JSON schema (written in YAML).

    Raises
    ------
    UserError
        Two lines about the first thing that is wrong.
    """
    validator = Draft202012Validator(yaml.safe_load(Path(schema).read_text()))
    error = best_match(validator.iter_errors(config))
    if error is not None:
        raise UserError("\n".join(explain(error)))


def explain(error: ValidationError) -> tuple[str, str]:
    """Say what is wrong with which key, and what is allowed there."""
    key = key_of(error)
    schema: Any = error.schema
    about = schema.get("description", "").strip()
    if error.validator == "additionalProperties":
        allowed = list(schema.get("properties", {}))
        (unknown, *_) = [name for name in error.instance if name not in allowed] or ["?"]
        close = get_close_matches(str(unknown), allowed, n=1)
        hint = f" (did you mean '{close[0]}'?)" if close else ""
        return f"config: unknown key '{_join(key, unknown)}'{hint}", f"  allowed here: {', '.join(allowed)}"
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        wanted = schema["properties"].get(missing[0], {}).get("description", "")
        return f"config: the key '{_join(key, missing[0])}' is missing", f"  it means: {wanted}"
    return (
        f"config: {key or 'the file'} is {error.instance!r}, which is not allowed",
        f"  allowed: {allowed_by(error)}. {about}",
    )


def allowed_by(error: ValidationError) -> str:
    """Say in words what a schema's failed check allows."""
    value: Any = error.validator_value
    if error.validator == "enum":
        return ", ".join("nothing (null)" if entry is None else str(entry) for entry in value)
    if error.validator == "type":
        return " or ".join([value] if isinstance(value, str) else value).replace("null", "nothing (null)")
    words = {
        "minimum": "at least",
        "maximum": "at most",
        "exclusiveMinimum": "more than",
        "minItems": "entries, at least",
        "maxItems": "entries, at most",
        "pattern": "text that matches",
    }
    return f"{words.get(str(error.validator), error.validator)} {value}"


def key_of(error: ValidationError) -> str:
    """Write the path of the key with dots, list entries with their number or name."""
    key = ""
    for step in error.absolute_path:
        key = f"{key}[{step}]" if isinstance(step, int) else _join(key, step)
    return key


def _join(key: str, step: object) -> str:
    return f"{key}.{step}" if key else str(step)
