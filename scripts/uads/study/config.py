"""Validation of the config. Errors are two lines: which key is wrong and why, and what is allowed."""

from collections.abc import Mapping
from typing import Any

from uads.core.settings import parse
from uads.study.detector_config import parse_detectors
from uads.study.kinds import parse_representation
from uads.study.settings import StudySettings


def check_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Check a config, and return the effective one: with the default of every key that it leaves out.

    Raises
    ------
    UserError
        If the config is invalid: two lines about the most relevant error.
    """
    settings = parse(StudySettings, config, "")
    representations = {
        name: {"kind": entry.get("kind"), **parse_representation(name, entry).model_dump(mode="json")}
        for name, entry in settings.representations.items()
    }
    parsed = parse_detectors(settings.detectors, list(settings.scores))
    detectors = {name: {"kind": kind, **own.model_dump(mode="json")} for name, (kind, own) in parsed.items()}
    effective = {"representations": representations, "detectors": detectors}
    dumped = settings.model_dump(mode="json", by_alias=True) | effective
    return _as_written(dumped, config)


def _as_written(value: Any, written: Any) -> Any:
    """Return a value with numbers as the config writes them: 80, where a model holds 80.0."""
    if isinstance(value, dict) and isinstance(written, Mapping):
        return {key: _as_written(own, written.get(key, own)) for key, own in value.items()}
    if isinstance(value, list) and isinstance(written, list | tuple) and len(value) == len(written):
        return [_as_written(*pair) for pair in zip(value, written, strict=True)]
    return written if value == written and not isinstance(value, dict | list) else value
