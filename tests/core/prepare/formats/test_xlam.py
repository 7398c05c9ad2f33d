import json

import pytest

from tests.core.prepare.dropping import drop, jsonl
from tests.core.prepare.formats.calling import DECLARED, WRAPPED, dialogue, tools_of
from tests.core.prepare.formats.converting import converted, refused

CALLS = [{"name": "price_of", "arguments": {"tool": "saw"}}]
ASKED = ("user", "Price of a saw?")
CALLED = ("assistant", None, ("call_1", "price_of", {"tool": "saw"}))


def row(answers: object = CALLS, tools: object = (DECLARED,), **more: object) -> dict[str, object]:
    return {"query": "Price of a saw?", "answers": answers, "tools": tools, **more}


def parameters(given: object, name: str = "price_of") -> object:
    """What the tool of a row with these parameters takes."""
    calls = [{"name": name, "arguments": {"tool": "saw"}}]
    [tool] = tools_of(row(calls, [{"name": name, "parameters": given}]))  # type: ignore[misc]
    return tool["function"]["parameters"]  # type: ignore[index]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(row(json.dumps(CALLS), json.dumps([DECLARED])), id="both as JSON in a text"),
        pytest.param(row(str(CALLS), str([DECLARED])), id="both as Python prints them"),
        pytest.param(row(), id="both as lists"),
        pytest.param(row(tools=[WRAPPED]), id="tools that are wrapped"),
        pytest.param(row(tools=[json.dumps(DECLARED)]), id="each tool as a text"),
    ],
)
def test_the_calls_are_the_reply_to_the_query(given: object) -> None:
    assert dialogue(given) == [ASKED, CALLED]
    assert tools_of(given) == [WRAPPED]
    assert converted(given)[0] == "xLAM"


def test_several_calls_are_one_reply() -> None:
    twice = [*CALLS, {"name": "price_of", "arguments": {"tool": "axe"}}]
    assert dialogue(row(twice))[1] == (*CALLED, ("call_2", "price_of", {"tool": "axe"}))


TEXT, NUMBER = {"type": "string"}, {"type": "number"}


@pytest.mark.parametrize(
    ("named", "schema"),
    [
        ("str", TEXT),
        ("int", {"type": "integer"}),
        ("float", NUMBER),
        ("bool", {"type": "boolean"}),
        ("list", {"type": "array", "items": {}}),
        ("List[int]", {"type": "array", "items": {"type": "integer"}}),
        ("List[List[str]]", {"type": "array", "items": {"type": "array", "items": TEXT}}),
        ("Tuple[int, str]", {"type": "array", "items": {}}),
        ("Tuple[float, float]", {"type": "array", "items": NUMBER}),
        ("set", {"type": "array", "items": {}}),
        ("dict", {"type": "object"}),
        ("Dict[str, float]", {"type": "object", "additionalProperties": NUMBER}),
        ("Union[str, List[int]]", {"anyOf": [TEXT, {"type": "array", "items": {"type": "integer"}}]}),
        ("Optional[str]", TEXT),
        ("str | None", {"anyOf": [TEXT, {"type": "null"}]}),
        ("Callable[[float], float]", TEXT),
        ("Any", {}),
        ("some.thing", {}),
    ],
)
def test_names_of_python_types_become_json_schema(named: str, schema: object) -> None:
    assert parameters({"tool": {"type": "str"}, "other": {"type": f"{named}, optional"}}) == {
        "type": "object",
        "properties": {"tool": TEXT, "other": schema},
        "required": ["tool"],
    }


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({"tool": {"type": "str"}}, ["tool"]),
        ({"tool": {"type": "str", "default": "saw"}}, None),
        ({"tool": {"type": "str, optional"}}, None),
        ({"tool": {"type": "str", "required": True, "default": ""}}, ["tool"]),
        ({"tool": {"type": "str", "required": False}}, None),
        ({"tool": {"type": "str"}, "type": {"type": "str"}}, ["tool", "type"]),
    ],
)
def test_what_is_not_optional_and_has_no_default_is_required(given: object, required: object) -> None:
    calls = [{"name": "price_of", "arguments": {"tool": "saw", "type": "hand"}}]
    [tool] = tools_of(row(calls, [{"name": "price_of", "parameters": given}]))  # type: ignore[misc]
    assert tool["function"]["parameters"].get("required") == required  # type: ignore[index]


@pytest.mark.parametrize(
    ("declared", "names"),
    [
        (["math.sum", "math_sum"], ["math_sum_2", "math_sum"]),
        (["a b", "a.b", "a/b"], ["a_b", "a_b_2", "a_b_3"]),
        (["x" * 70, "x" * 71], ["x" * 64, f"{'x' * 62}_2"]),
        (["价格"], ["tool_1"]),
    ],
)
def test_names_that_the_service_refuses_are_replaced_and_none_twice(declared: list[str], names: list[str]) -> None:
    calls = [{"name": name, "arguments": {}} for name in declared]
    given = row(calls, [{"name": name, "parameters": {}} for name in declared])
    assert [tool["function"]["name"] for tool in tools_of(given)] == names  # type: ignore[attr-defined]
    assert [call[1] for call in dialogue(given)[1][2:]] == names  # type: ignore[index]
    assert "tools were renamed: the service takes names of A-Z a-z 0-9 _ - only" in converted(given)[2]


@pytest.mark.parametrize(
    ("given", "rule", "reason"),
    [
        (row([]), 27, "'answers' is empty: there is no call to learn"),
        (row("[]"), 27, "'answers' is empty: there is no call to learn"),
        (row("[price_of"), 52, "'answers' is not JSON"),
        (row([{"arguments": {}}]), 52, "a tool call has no name, or cannot be read"),
        (row([{"name": "price_of", "arguments": "saw"}]), 52, "a call's arguments are not a JSON object"),
        (row([{"name": "stock_of", "arguments": {}}]), 53, "a tool is called that 'tools' does not declare"),
        (row(tools="[price_of"), 50, "the text of the tools is not JSON"),
        (row(tools='[{"name": "f", "name": "g"}]'), 10, "the key 'name' occurs twice"),
        (row(query=" "), 25, "'query' is empty"),
    ],
)
def test_a_query_without_calls_that_can_be_made_is_refused(given: object, rule: int, reason: str) -> None:
    assert refused(given) == (rule, reason)


def test_tools_nested_too_deep_are_refused() -> None:
    deep = f'[{{"name": "price_of", "parameters": {"[" * 70}{"]" * 70}}}]'
    assert [reject["reason"] for reject in drop(jsonl([row(tools=deep)])).rejects] == ["nested too deep"]
