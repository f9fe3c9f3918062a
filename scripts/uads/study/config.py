"""Validation of the config. Errors are two lines: which key is wrong and why, and what is allowed."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from uads.core.errors import UserError
from uads.core.settings import parse
from uads.study.kinds import check_entry, kind_models
from uads.study.settings import StudySettings


def check_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """Check a config, and return the effective one: with the default of every key that it leaves out.

    Detectors stay as they are written, since one may extend another: :class:`uads.study.detectors.DetectorsView`
    checks them and fills in their defaults.

    Raises
    ------
    UserError
        If the config is invalid: two lines about the most relevant error.
    """
    settings = parse(StudySettings, config, "")
    _check_scores(settings)
    entries = settings.representations.items()
    representations = {name: check_entry("representations", name, entry) for name, entry in entries}
    dumped = settings.model_dump(mode="json", by_alias=True) | {"representations": representations}
    return _as_written(dumped, config)


def _check_scores(settings: StudySettings) -> None:
    known = [*settings.detectors, *(kind for kind in kind_models("detectors") if kind not in settings.detectors)]
    for place, name in enumerate(settings.scores):
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f" (did you mean '{close[0]}'?)" if close else ""
            allowed = f"{', '.join(known)}. {StudySettings.model_fields['scores'].description}"
            raise UserError(f"config: scores[{place}] is {name!r}, which is not allowed{hint}\n  allowed: {allowed}")


def _as_written(value: Any, written: Any) -> Any:
    """Return a value with numbers as the config writes them: 80, where a model holds 80.0."""
    if isinstance(value, dict) and isinstance(written, Mapping):
        return {key: _as_written(own, written.get(key, own)) for key, own in value.items()}
    if isinstance(value, list) and isinstance(written, list | tuple) and len(value) == len(written):
        return [_as_written(*pair) for pair in zip(value, written, strict=True)]
    return written if value == written and not isinstance(value, dict | list) else value
