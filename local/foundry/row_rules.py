"""What Azure refuses in a training row. Where the service's own words are known, they are the words here."""

import re
from collections.abc import Sequence

import msgspec

from local.foundry.row_shapes import (
    Assistant,
    ImagePart,
    Message,
    PreferenceRow,
    ReinforcementRow,
    Row,
    SupervisedRow,
    TextPart,
    Tool,
    ToolDeclaration,
    User,
)

SHAPES: dict[str, type[SupervisedRow] | type[PreferenceRow] | type[ReinforcementRow]] = {
    "supervised": SupervisedRow,
    "dpo": PreferenceRow,
    "reinforcement": ReinforcementRow,
}

# Left: the decoder's words. Right: the service's, as far as users have quoted them.
_WORDS = (
    (r"Object contains unknown field `(.*?)`", r"contains an extra key '\1'"),
    (r"Object missing required field `role`", "Discriminator 'role' is missing"),
    (r"Object missing required field `(.*?)`", r"missing key '\1'"),
    (r"Expected `str`, got `\w+`", "Input should be a valid string"),
    (r"Expected `object`, got `\w+`", "is not a dictionary"),
)


class RowFault(ValueError):
    """A row that cannot be trained on; the message says why."""


def read_row(line: bytes, method: str) -> Row:
    """The row of one line of JSONL. Raises `RowFault`."""
    try:
        row = msgspec.json.decode(line, type=SHAPES[method])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise RowFault(_in_the_services_words(str(error))) from error
    match row:
        case SupervisedRow():
            _check_supervised(row)
        case PreferenceRow():
            _check_preference(row)
        case ReinforcementRow():
            _check_reinforcement(row)
    return row


def has_images(row: Row) -> bool:
    """Whether there is something to see in it."""
    prompt = row.input.messages if isinstance(row, PreferenceRow) else row.messages
    return any(isinstance(part, ImagePart) for message in prompt for part in _parts(message))


def _check_supervised(row: SupervisedRow) -> None:
    _check_conversation(row.messages)
    _check_tools(row.tools or [])
    _need(isinstance(row.messages[-1], Assistant), "the last message must be from the assistant")
    _need(_has(row.messages, User), "there is no user message")
    answers = [message for message in row.messages if isinstance(message, Assistant)]
    _need(any(answer.weight != 0 for answer in answers), "every assistant message has weight 0")


def _check_preference(row: PreferenceRow) -> None:
    _check_conversation(row.input.messages)
    _check_tools(row.input.tools or [])
    _need(_has(row.input.messages, User), "there is no user message in 'input'")
    _need(not isinstance(row.input.messages[-1], Assistant), "'input' must not end with the assistant")
    _need(not has_images(row), "images are not supported for preference data")
    outputs = {"preferred_output": row.preferred_output, "non_preferred_output": row.non_preferred_output}
    for name, output in outputs.items():
        _check_conversation(output)
        _need(
            all(isinstance(m, Assistant | Tool) for m in output), f"'{name}' may hold only assistant and tool messages"
        )
        _need(_has(output, Assistant), f"there is no assistant message in '{name}'")


def _check_reinforcement(row: ReinforcementRow) -> None:
    _check_conversation(row.messages)
    _need(isinstance(row.messages[-1], User), "the last message must be from the user")


def _check_conversation(messages: Sequence[Message]) -> None:
    for place, message in enumerate(messages):
        _check_content(place, message)
    _check_calls(messages)


def _check_content(place: int, message: Message) -> None:
    where = f"messages[{place}]"
    if isinstance(message, Assistant) and (message.tool_calls or message.function_call):
        return
    if isinstance(message, Tool):  # a tool may well come back with nothing
        return
    filled = any(not isinstance(part, TextPart) or part.text.strip() for part in _parts(message))
    _need(filled, f"{where}: content must not be empty")


def _check_calls(messages: Sequence[Message]) -> None:
    """Each call is answered before the talk goes on; only the last message may leave calls open."""
    open_calls: set[str] = set()
    for place, message in enumerate(messages):
        if isinstance(message, Tool):
            known = message.tool_call_id in open_calls
            _need(known, f"messages[{place}]: tool_call_id '{message.tool_call_id}' answers no open call")
            open_calls.discard(message.tool_call_id)
            continue
        _need(not open_calls, f"messages[{place}]: tool_calls {sorted(open_calls)} must be followed by tool messages")
        if isinstance(message, Assistant):
            open_calls = _calls_of(place, message)


def _calls_of(place: int, message: Assistant) -> set[str]:
    calls = message.tool_calls or []
    for call in calls:
        _need(
            _is_json_object(call.function.arguments), f"messages[{place}]: arguments must be a JSON object in a string"
        )
    ids = {call.id for call in calls}
    _need(len(ids) == len(calls), f"messages[{place}]: tool call ids must be unique")
    return ids


def _check_tools(tools: Sequence[ToolDeclaration]) -> None:
    names = [tool.function.name for tool in tools]
    _need(len(set(names)) == len(names), "tool names must be unique")


def _is_json_object(text: str) -> bool:
    try:
        msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except msgspec.MsgspecError:
        return False
    return True


def _parts(message: Message) -> Sequence[TextPart | ImagePart]:
    content = message.content
    if content is None:
        return []
    return [TextPart(content)] if isinstance(content, str) else content


def _has(messages: Sequence[Message], kind: type[Message]) -> bool:
    return any(isinstance(message, kind) for message in messages)


def _need(holds: bool, otherwise: str) -> None:  # noqa: FBT001  # reads as the sentence it is
    if not holds:
        raise RowFault(otherwise)


def _in_the_services_words(fault: str) -> str:
    for pattern, words in _WORDS:
        fault = re.sub(pattern, words, fault)
    return fault
