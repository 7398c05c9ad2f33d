import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import encode

from shared.core.prepare.rules.schemas import Violation, schema_of, violations

type Json = dict[str, object]

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYWORDS = st.sampled_from(
    ["type", "properties", "required", "enum", "items", "anyOf", "allOf", "$ref", "$defs", "$id", "$schema", "pattern"]
)
SCHEMAS = st.recursive(
    st.sampled_from(["object", "#", "#/$defs/a", "https://example.com/s.json", "(a+)+$", True, 0, ["a"]]),
    lambda inner: st.dictionaries(KEYWORDS | st.just("a"), inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=16,
)


def told(schema: Json, arguments: Json) -> list[str]:
    read = schema_of(encode(schema))
    assert not read.complaint
    return [violation.reason for violation in violations(read, arguments)]


@pytest.mark.parametrize(
    ("more", "arguments", "reasons"),
    [
        ({}, {"city": "Ulm"}, []),
        ({}, {}, ["a call lacks what its tool requires: 'city'"]),
        ({}, {"city": 7}, ["argument 'city' is not of the type its tool declares"]),
        ({}, {"city": "Ulm", "day": 1}, ["a call has an argument that its tool does not declare: 'day'"]),
        ({"additionalProperties": True}, {"city": "Ulm", "day": 1}, []),
        (
            {"additionalProperties": False},
            {"city": "Ulm", "day": 1},
            ["a call has what its tool does not allow: 'day'"],
        ),
        (
            {"properties": {"city": {"enum": ["Ulm"]}}},
            {"city": "Bonn"},
            ["argument 'city' is none of the values its tool allows"],
        ),
        (
            {"properties": {"city": {"type": "string", "maxLength": 3}}},
            {"city": "Bonn"},
            ["argument 'city' breaks 'maxLength' of its tool's schema"],
        ),
        (
            {"properties": {"city": {"type": "object", "required": ["zip"]}}},
            {"city": {}},
            ["a call lacks what its tool requires inside argument 'city': 'zip'"],
        ),
        ({"properties": {"city": {"type": ["string", "null"]}}}, {"city": None}, []),
        (
            {"properties": {"city": {"$ref": "#/$defs/name"}}, "$defs": {"name": {"type": "string"}}},
            {"city": 7},
            ["argument 'city' is not of the type its tool declares"],
        ),
    ],
)
def test_arguments_are_held_to_their_schema(more: Json, arguments: Json, reasons: list[str]) -> None:
    assert told({**CITY, **more}, arguments) == reasons


@pytest.mark.parametrize(
    ("schema", "complaint", "place"),
    [
        ([], "a tool's parameters are not of type 'object'", ".type"),
        ({}, "a tool's parameters are not of type 'object'", ".type"),
        ({"type": "dict"}, "a tool's parameters are not of type 'object'", ".type"),
        (
            {"type": "object", "properties": {"city": {"type": "str"}}},
            "a tool's parameters are no valid JSON Schema: 'type' has a value it must not have",
            ".properties.city.type",
        ),
        (
            {"type": "object", "required": "city"},
            "a tool's parameters are no valid JSON Schema: 'required' has a value it must not have",
            ".required",
        ),
    ],
)
def test_a_schema_that_is_none_is_complained_of(schema: object, complaint: str, place: str) -> None:
    assert schema_of(encode(schema))[:2] == (complaint, place)


@pytest.mark.parametrize(
    "property_",
    [
        pytest.param({"$ref": "https://example.com/schema.json"}, id="a schema elsewhere"),
        pytest.param({"$ref": "#/$defs/none"}, id="a schema that is not there"),
        pytest.param({"$ref": "#/properties/city"}, id="itself"),
        pytest.param({"type": "string", "pattern": "(a+)+$"}, id="a pattern that takes for ever"),
        pytest.param({"pattern": "a{99999999999}"}, id="a pattern that is none"),
        pytest.param({"multipleOf": 1e-300}, id="multiples"),
        pytest.param({"$schema": "http://[", "$id": "http://["}, id="names that are none"),
    ],
)
def test_what_a_schema_asks_in_vain_is_not_looked_at(property_: Json) -> None:
    assert told({**CITY, "properties": {"city": property_}}, {"city": "a" * 40 + "!"}) == []


@pytest.mark.parametrize("what", [{"type": ["a", ["b"]]}, {"required": [["a"]]}, {"type": "no type"}, ["a"], "a", None])
def test_a_reference_to_what_is_no_schema_never_fails(what: object) -> None:
    schema = {**CITY, "properties": {"city": {"$ref": "#/default/there"}}, "default": {"there": what}}
    read = schema_of(encode(schema))
    assert read.complaint or not list(violations(read, {"city": "Ulm"}))


def test_a_schema_that_grows_without_end_is_cut() -> None:
    twice = {"allOf": [{"$ref": "#/$defs/twice"}] * 2, "properties": {"city": {"$ref": "#/$defs/twice"}}}
    assert told({**CITY, "$defs": {"twice": twice}, "allOf": [{"$ref": "#/$defs/twice"}]}, {"city": "Ulm"}) == []


def test_an_argument_may_be_called_like_a_keyword() -> None:
    schema = {"type": "object", "properties": {"pattern": {"type": "string"}, "$ref": {"type": "integer"}}}
    assert told(schema, {"pattern": 1, "$ref": "x"}) == [
        "argument 'pattern' is not of the type its tool declares",
        "argument (a name of 4 characters) is not of the type its tool declares",
    ]


def test_a_call_with_many_faults_is_told_a_few_of_them() -> None:
    names = [f"argument_{number}" for number in range(40)]
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    assert len(told(schema, dict.fromkeys(names, 1))) == 8


@given(st.dictionaries(KEYWORDS, SCHEMAS, max_size=5), st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_no_schema_and_no_arguments_make_it_fail(schema: Json, arguments: Json) -> None:
    read = schema_of(encode({**schema, "type": "object"}))
    found = [] if read.complaint else list(violations(read, arguments))
    assert all(isinstance(each, Violation) for each in found)
