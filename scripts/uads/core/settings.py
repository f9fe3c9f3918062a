"""Settings: typed models of what the config may contain, and their JSON schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_serializer,
)
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_after_validator_function

from uads.core.errors import UserError
from uads.core.settings_errors import explain


class Settings(BaseModel):
    """Base of all settings: unknown keys are refused, values cannot change.

    Attributes
    ----------
    moved : mapping
        Keys that earlier versions had, each with its new place in the config, relative to these settings.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    moved: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        reference = handler(core_schema)
        if cls.moved:
            handler.resolve_ref_schema(reference)["x-moved"] = dict(cls.moved)
        return reference


#: The default of a key that counts only where it is set, see :class:`PartialSettings`; null is no value of it.
UNSET: Any = None


class PartialSettings(Settings):
    """Settings of which only those that are set count: the others come from elsewhere."""

    @model_serializer(mode="wrap")
    def _only_set(self, handler: Any) -> dict[str, Any]:
        return {key: value for key, value in handler(self).items() if key in self.model_fields_set}


def _distinct(values: list[Any]) -> list[Any]:
    if any(value in values[:place] for place, value in enumerate(values)):
        raise PydanticCustomError("repeated", "a list without repeated entries")
    return values


Item = TypeVar("Item")
#: A list without repeated entries.
Distinct = Annotated[list[Item], AfterValidator(_distinct), Field(json_schema_extra={"uniqueItems": True})]
Model = TypeVar("Model", bound=Settings)


@dataclass(frozen=True)
class OneOf:
    """Annotation of text that is one of some names, which the code lists.

    Parameters
    ----------
    names : tuple of str
    """

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.names)}

    def _check(self, value: str) -> str:
        if value not in self.names:
            raise PydanticCustomError("unknown_name", "one of {names}", {"names": ", ".join(self.names)})
        return value


def missing_key(name: str) -> PydanticCustomError:
    """Return the error of a key that other keys make necessary, for a validator to raise."""
    return PydanticCustomError("required_key", "the key {name} is missing", {"name": name})


def parse(model: type[Model], values: Mapping[str, Any], key: str) -> Model:
    """Check a mapping of the config against a model.

    Types are strict: text is no number, even if it could be read as one.

    Parameters
    ----------
    model : type
    values : mapping
    key : str
        The place of the mapping in the config, with dots; empty for the whole config.

    Raises
    ------
    UserError
        Two lines about the most relevant wrong key.
    """
    text = json.dumps(values, default=str)
    try:
        return model.model_validate_json(text, strict=True)  # as JSON, since strict Python wants tuples for tuples
    except ValidationError as error:
        lines = explain(error.errors(), json_schema(model), json.loads(text), key)
        raise UserError("\n".join(lines)) from error


def json_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a model; rules for the names of entries stand in ``propertyNames``."""
    return _tidy(model.model_json_schema(by_alias=True))


def _tidy(part: Any) -> Any:
    """Remove generated titles and the defaults of unset keys; turn patterns of properties into rules for names."""
    if isinstance(part, list):
        return [_tidy(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    is_unset = part.get("default", True) is None and {"type": "null"} not in part.get("anyOf", [])
    tidy = {
        key: _tidy(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and is_unset)
    }
    if "patternProperties" in tidy:
        ((pattern, values),) = tidy.pop("patternProperties").items()
        tidy |= {"propertyNames": {"pattern": pattern}, "additionalProperties": values}
    return tidy
