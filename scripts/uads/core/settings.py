"""Settings: typed models of what the config may contain, and errors that name the key."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from uads.core.errors import UserError


class Settings(BaseModel):
    """Base of all settings: unknown keys are refused, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=Settings)


def parse(model: type[Model], values: Mapping[str, Any], key: str) -> Model:
    """Check a mapping of the config against a model.

    Parameters
    ----------
    model : type
    values : mapping
    key : str
        The place of the mapping in the config, with dots.

    Raises
    ------
    UserError
        Two lines about the first key that is wrong.
    """
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join([key, *map(str, first["loc"])])
        raise UserError(f"config: {place}: {first['msg']}") from error
