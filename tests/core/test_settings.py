"""Settings are checked strictly, and errors name the key, its new place or what is allowed."""

from typing import ClassVar

import pytest
from pydantic import Field

from uads.core.errors import UserError
from uads.core.settings import PartialSettings, Settings, parse


class Training(Settings):
    epochs: int = Field(3, ge=1, description="Passes.")
    layers: tuple[int, ...] = Field((8, 8), description="Sizes.")


class Kind(Settings):
    moved: ClassVar = {"epochs": "training.epochs"}
    training: Training = Field(Training(), description="How it is trained.")
    rate: float = Field(0.1, gt=0, description="Rate.")


class Own(PartialSettings):
    kind: str
    size: int = 3


def test_settings_have_defaults_and_cannot_change():
    settings = parse(Kind, {"training": {"epochs": 2}}, "detectors.x")
    assert (settings.training.epochs, settings.training.layers) == (2, (8, 8))
    with pytest.raises(ValueError, match="frozen"):
        settings.rate = 2  # type: ignore[misc]


def test_lists_of_the_config_become_tuples():
    assert parse(Kind, {"training": {"layers": [4]}}, "x").training.layers == (4,)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epochs": 2}, "config: the key 'a.b.epochs' has moved\n  its new place: a.b.training.epochs"),
        ({"training": {"epochs": 0}}, "config: a.b.training.epochs is 0, which is not allowed\n  allowed: at least 1."),
        ({"training": 3}, "config: a.b.training is 3, which is not allowed\n  allowed: mapping. How it is trained."),
        ({"training": {"layers": [1, "x"]}}, "config: a.b.training.layers[1] is 'x', which is not allowed\n"),
        ({"rate": "0.5"}, "config: a.b.rate is '0.5', which is not allowed: it is a string (write it without"),
        ({"rates": 1}, "config: unknown key 'a.b.rates' (did you mean 'rate'?)\n  allowed here: training, rate"),
    ],
)
def test_an_error_names_the_whole_key(values, message):
    with pytest.raises(UserError) as caught:
        parse(Kind, values, "a.b")
    assert str(caught.value).startswith(message)


def test_partial_settings_pass_on_what_is_set():
    assert parse(Own, {"kind": "x"}, "").model_dump() == {"kind": "x"}
    assert parse(Own, {"kind": "x", "size": 3}, "").model_dump() == {"kind": "x", "size": 3}
