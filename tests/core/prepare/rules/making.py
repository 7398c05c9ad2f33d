"""Examples for the tests of the rules."""

from msgspec import Raw
from msgspec.json import encode

from shared.core.prepare.chat import Assistant, Called, Chat, Message, Tool, ToolCall, User
from shared.core.prepare.targets import Preference, Problem

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "price_of",
            "parameters": {"type": "object", "properties": {"tool": {"type": "string"}}, "required": ["tool"]},
        },
    }
]


def chat(*messages: Message, tools: object = None, is_parallel: bool | None = None) -> Chat:
    return Chat([*messages], None if tools is None else Raw(encode(tools)), is_parallel)


def call(arguments: str = '{"tool": "saw"}', name: str = "price_of", identity: str = "call_1") -> ToolCall:
    return ToolCall(identity, "function", Called(name, arguments))


def calling(*calls: ToolCall, text: str | None = None) -> Assistant:
    return Assistant(text, tool_calls=[*calls])


def answer(identity: str = "call_1") -> Tool:
    return Tool("12 EUR", identity)


def pair(preferred: str, other: str, prompt: str = "How long does a good saw last?") -> Preference:
    return Preference(Chat([User(prompt)]), [Assistant(preferred)], [Assistant(other)])


def problem(prompt: str = "How many teeth?", **item: object) -> Problem:
    return Problem(Chat([User(prompt)]), item)
