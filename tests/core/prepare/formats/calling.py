"""What rows with tool calls become, for the tables of the formats."""

import json

from tests.core.prepare.dropping import Line
from tests.core.prepare.formats.converting import converted, example_of

DECLARED = {
    "name": "price_of",
    "description": "The price of a tool.",
    "parameters": {"type": "object", "properties": {"tool": {"type": "string"}}, "required": ["tool"]},
}
WRAPPED = {"type": "function", "function": DECLARED}

type Step = tuple[object, ...]


def dialogue(row: object) -> list[Step]:
    """Each message of the example a row becomes: role and text; of calls also id, name and arguments; of answers id."""
    steps = [step_of(message) for message in example_of(row)["messages"]]  # type: ignore[attr-defined]
    converted(row)  # the fast way must come to the same
    return steps


def tools_of(row: object) -> object:
    """The tools of the example a row becomes."""
    return example_of(row).get("tools")


def step_of(message: Line) -> Step:
    said = (message["role"], message.get("content"))
    if calls := message.get("tool_calls"):
        return (*said, *(_call(call) for call in calls))  # type: ignore[attr-defined]
    return (*said, message["tool_call_id"]) if message["role"] == "tool" else said


def _call(call: Line) -> Step:
    function: Line = call["function"]  # type: ignore[assignment]
    return call["id"], function["name"], json.loads(function["arguments"])  # type: ignore[arg-type]
