"""Rules about tool calls: that each is well formed, is for a declared tool, and is answered.

A row may end in calls that nobody answers: that call is what is to be learnt (so do Microsoft's own samples).
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import DecodeError
from msgspec.json import Decoder

from shared.core.prepare.chat import Assistant, Message, Tool, ToolCall
from shared.core.prepare.faults import Fault, shown
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.schemas import Schema, violations
from shared.core.prepare.rules.tools import (
    CALLS_DECLARED,
    IS_ANSWERED,
    IS_CALL,
    KNOWS_ARGUMENT,
    TAKES_ARGUMENTS,
    Declared,
)
from shared.core.prepare.rules.turn import Turn

ONE_AT_A_TIME = Rule(
    57, "parallel tool calls", "warning", "set `parallel_tool_calls` to true, or make one call a message"
)

SEVERAL_AT_ONCE = "several calls in one message, although 'parallel_tool_calls' is false"

_decode_arguments = Decoder(dict[str, object]).decode


def check(turns: Iterable[Turn], declared: Declared, *, is_parallel: bool | None) -> Iterator[Fault]:
    """What is wrong with the calls of a conversation and with their answers."""
    open_calls: set[str] = set()
    used: set[str] = set()
    is_told = False
    for place, message in turns:
        if isinstance(message, Tool):
            if message.tool_call_id not in open_calls:
                yield Fault(IS_ANSWERED, "a tool message answers no open call", "the id of a call just made", place)
                is_told = True  # that another call stays open is what follows from it
            open_calls.discard(message.tool_call_id)
            continue
        if open_calls and not is_told:
            reason = "a tool call is not answered before the next turn"
            yield Fault(IS_ANSWERED, reason, "one tool message for each call", place)
        calls = calls_of(message)
        if calls == []:
            yield Fault(IS_CALL, "the list of tool calls is empty", "a call, or no 'tool_calls'", f"{place}.tool_calls")
        if calls and len(calls) > 1 and is_parallel is False:
            yield Fault(ONE_AT_A_TIME, SEVERAL_AT_ONCE, "one call a message", place)
        open_calls, is_told = set[str](), False
        for index, call in enumerate(calls or ()):
            yield from _check_call(call, declared.schemas, used, f"{place}.tool_calls[{index}]")
            used.add(call.id)
            open_calls.add(call.id)


def calls_of(message: Message) -> list[ToolCall] | None:
    """The calls of a message; `None` if it says nothing of calls."""
    return message.tool_calls if isinstance(message, Assistant) else None


def _check_call(call: ToolCall, schemas: Mapping[str, Schema] | None, used: set[str], place: str) -> Iterator[Fault]:
    if not call.id:
        yield Fault(IS_CALL, "a tool call's id is empty", "a name that its answer repeats", f"{place}.id")
    elif call.id in used:
        yield Fault(IS_ANSWERED, "two tool calls have the same id", "one id a call", f"{place}.id")
    name = call.function.name
    if schemas is not None and name not in schemas:
        yield Fault(CALLS_DECLARED, "a tool is called that 'tools' does not declare", "a name from 'tools'", place)
    try:
        arguments = _decode_arguments(call.function.arguments)
    except (DecodeError, RecursionError):
        reason = "a call's arguments are not a JSON object"
        yield Fault(IS_CALL, reason, "a JSON object inside a string", f"{place}.function.arguments")
        return
    schema = schemas.get(name) if schemas else None
    if schema and schema.arguments:
        yield from _check_arguments(schema, arguments, f"{place}.function.arguments", name)


def _check_arguments(schema: Schema, arguments: dict[str, object], place: str, name: str) -> Iterator[Fault]:
    for severity, reason, expected in violations(schema, arguments):
        rule = TAKES_ARGUMENTS if severity == "reject" else KNOWS_ARGUMENT
        yield Fault(rule, f"{reason} (tool {shown(name)})", expected, place)
