"""A chat in the making in which tools are called and answer."""

from collections.abc import Iterable, Sequence
from typing import cast

from msgspec import DecodeError
from msgspec.json import Decoder, decode, encode

from shared.core.prepare.chat import Assistant, Called, Chat, Tool, ToolCall
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.loose_json import Called as Call
from shared.core.prepare.making.loose_json import NotLiteral, read_literal
from shared.core.prepare.making.toolbox import Toolbox
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.tools import IS_ANSWERED, IS_CALL

CALL_FIXED = Rule(52, "tool call", "fix", "nothing to do; write a call's arguments as a JSON object inside a string")
READ_LOOSELY = Fault(CALL_FIXED, "a call written as Python prints it was read as JSON")

NO_CALL = Fault(IS_CALL, "a tool call has no name, or cannot be read", '{"name": ..., "arguments": {...}}')
NO_OBJECT = Fault(IS_CALL, "a call's arguments are not a JSON object", "a JSON object")
NO_QUESTION = Fault(IS_ANSWERED, "a tool answers, but no call is open", "the call before its answer")

_decode_object = Decoder(dict[str, object]).decode


class ToolDraft(Draft):
    """A draft that knows its tools, makes up ids for their calls, and gives each call its answer."""

    __slots__ = ("_answers", "_made", "_open", "_toolbox")

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__()
        self._toolbox = toolbox
        self._made = 0
        self._open: list[ToolCall] = []
        self._answers: list[str] = []
        for fix in toolbox.fixes:
            self.note(fix)

    def say(self, role: str, text: str, source: str) -> None:
        """Add a turn."""
        self._give_answers()
        super().say(role, text, source)

    def call(self, calls: Iterable[Call], text: str = "") -> None:
        """Let the assistant call tools, perhaps beside a text. Raises `Unusable`."""
        self._give_answers()
        self._open = [self._numbered(call) for call in calls]
        self.messages.append(Assistant(self.tidied(text) or None, tool_calls=self._open))

    def answer(self, text: str) -> None:
        """Let a called tool answer: answers in a row belong to the open calls in their order."""
        self._answers.append(text)

    def _numbered(self, call: Call) -> ToolCall:
        self._made += 1
        arguments = self._as_json(call.arguments)
        return ToolCall(f"call_{self._made}", "function", Called(self._toolbox.name_of(call.name), arguments))

    def _as_json(self, arguments: object) -> str:
        text, is_loose = arguments_as_json(arguments)
        if is_loose:
            self.note(READ_LOOSELY)
        return text

    def _give_answers(self) -> None:
        if not self._answers:
            return
        answers = shared_out(self._answers, len(self._open))
        if len(answers) > len(self._open):
            raise Unusable(NO_QUESTION)
        self.messages += [Tool(said, call.id) for said, call in zip(answers, self._open, strict=False)]
        self._open, self._answers = self._open[len(answers) :], []

    @property
    def chat(self) -> Chat:
        """What was said, with the tools that it could call."""
        self._give_answers()
        return Chat(self.messages, self._toolbox.tools)


def arguments_as_json(arguments: object) -> tuple[str, bool]:
    """Arguments as the JSON of an object, and whether they were no JSON before. Raises `Unusable`."""
    if arguments is None or arguments == "":
        return "{}", False
    if isinstance(arguments, dict):
        return encode(cast("object", arguments)).decode(), False
    if not isinstance(arguments, str):
        raise Unusable(NO_OBJECT)
    return (arguments, False) if is_json_object(arguments) else (_loosely(arguments), True)


def is_json_object(text: str) -> bool:
    """Whether a text is the JSON of an object."""
    try:
        _decode_object(text)
    except (DecodeError, RecursionError):
        return False
    return True


def _loosely(arguments: str) -> str:
    try:
        value = read_literal(arguments)
    except NotLiteral as error:
        raise Unusable(NO_OBJECT) from error
    if not isinstance(value, dict):
        raise Unusable(NO_OBJECT)
    return encode(cast("object", value)).decode()


def call_of(value: object) -> Call:
    """The call that an object describes, whichever way it names things. Raises `Unusable`."""
    if isinstance(value, dict):
        described = cast("dict[str, object]", value)
        if isinstance(inner := described.get("function"), dict):
            described = cast("dict[str, object]", inner)
        if isinstance(name := described.get("name"), str):
            return Call(name.strip(), described.get("arguments", described.get("parameters")))
    raise Unusable(NO_CALL)


def calls_of(value: object) -> list[Call]:
    """The calls that an object or a list of them describes. Raises `Unusable`."""
    described = cast("list[object]", value) if isinstance(value, list) else [value]
    return [call_of(each) for each in described]


def shared_out(answers: Sequence[str], calls: int) -> Sequence[str]:
    """An answer for each of some calls: one text may hold a JSON list of them all."""
    if len(answers) != 1 or calls <= 1:
        return answers
    try:
        value = cast("object", decode(answers[0]))
    except (DecodeError, RecursionError):
        return answers
    held = cast("list[object]", value) if isinstance(value, list) else []
    return [as_text(each) for each in held] if len(held) == calls else answers


def as_text(value: object) -> str:
    """What a tool answered as a text: JSON, if it is anything else."""
    return value if isinstance(value, str) else encode(value).decode()
