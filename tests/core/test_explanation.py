from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import Field, ValidationError

from shared.core.explanation import explained
from shared.core.values import Value


class Wheel(Value):
    inches: Annotated[float, Field(gt=0)]
    spokes: Annotated[int, Field(ge=0, le=48)] = 36


class Cart(Value):
    maker: str
    built: date = date(2026, 11, 22)
    colour: Literal["red", "green", "blue"] = "red"
    brake: Literal["disc"] = "disc"
    wheels: tuple[Wheel, ...] = ()
    spares: dict[str, Wheel] = Field(default_factory=dict)
    load: Annotated[int, Field(ge=0)] | Literal["any"] = "any"
    width: Annotated[float, Field(gt=0, le=1000)] | None = None


def faults_of(**changes: object) -> list[str]:
    try:
        Cart.model_validate({"maker": "Smith", **changes})
    except ValidationError as error:
        return explained(error, Cart)
    return []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"maker": 3}, "maker: found 3; expected text"),
        ({"maker": None}, "maker: found nothing; expected text"),
        ({"maker": True}, "maker: found true; expected text"),
        ({"maker": ["Smith"]}, "maker: found a list; expected text"),
        ({"maker": {"name": "Smith"}}, "maker: found keys and values; expected text"),
        ({"built": "yesterday"}, "built: found 'yesterday'; expected a date such as 2026-11-22"),
        ({"colour": "grey"}, "colour: found 'grey'; expected red, green or blue"),
        ({"brake": "drum"}, "brake: found 'drum'; expected disc"),
        ({"load": -1}, "load: found -1; expected a whole number, 0 or more or any"),
        ({"width": 2000}, "width: found 2000; expected a number above 0 and up to 1,000"),
        ({"wheels": [{"inches": 28}, {}]}, "wheels.1.inches: found nothing; expected a number above 0"),
        ({"wheels": [{"inches": 28, "spokes": 49}]}, "wheels.0.spokes: found 49; expected a whole number from 0 to 48"),
        ({"wheels": "two"}, "wheels: found 'two'; expected a list of keys and values"),
        ({"spares": {"left": 3}}, "spares.left: found 3; expected keys and values"),
        ({"spares": {"left": {"inches": 0}}}, "spares.left.inches: found 0; expected a number above 0"),
        ({"wheel": []}, "wheel: unknown key; did you mean 'wheels'? (known: " + ", ".join(Cart.model_fields) + ")"),
        ({"zzz": 1}, "zzz: unknown key (known: " + ", ".join(Cart.model_fields) + ")"),
        (
            {"spares": {"left": {"inches": 28, "spoke": 1}}},
            "spares.left.spoke: unknown key; did you mean 'spokes'? (known: inches, spokes)",
        ),
    ],
)
def test_a_fault_names_the_place_what_was_found_and_what_may_stand_there(
    changes: dict[str, object], fault: str
) -> None:
    assert faults_of(**changes) == [fault]


def test_every_fault_has_its_line_and_no_place_has_two() -> None:
    assert faults_of(load="some", colour="grey", built="?") == [
        "built: found '?'; expected a date such as 2026-11-22",
        "colour: found 'grey'; expected red, green or blue",
        "load: found 'some'; expected a whole number, 0 or more or any",
    ]


def test_a_long_value_is_not_repeated_in_full() -> None:
    [fault] = faults_of(colour="x" * 10_000)
    assert len(fault) < 150
