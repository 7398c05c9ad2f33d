"""Vertex AI's rows for Gemini: `systemInstruction`, `contents` of roles and parts, and `tools`.

Function calls carry no ids: each gets one, and the responses that follow answer the open calls of their name.
"""

from collections.abc import Mapping, Sequence
from typing import cast

from msgspec import Raw, Struct
from msgspec.json import encode

from shared.core.prepare.chat import Assistant, Called, Chat, ImagePart, ImageUrl, TextPart, Tool, ToolCall, User
from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.images import IS_IMAGE
from shared.core.prepare.rules.tools import IS_ANSWERED

ROLES: Mapping[str, str] = {"user": "user", "model": "assistant", "function": "user", "tool": "user"}
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp")

UNANSWERED = Fault(IS_ANSWERED, "a function response answers no open call of its name", "the call before it")
ELSEWHERE = Fault(
    IS_IMAGE, "a file lies in Google Cloud Storage, where it cannot be read from", "the image itself in 'inlineData'"
)
NO_IMAGE = Fault(IS_IMAGE, "a file is no image", "a JPEG, PNG or WEBP")
NOT_USERS = Fault(IS_IMAGE, "an image stands in a content that is not the user's", "images of the user only")
THOUGHT_LEFT_OUT = Fault(
    Rule(42, "reasoning", "fix", "nothing to do"), "a thought that stood beside a reply was left out"
)
THOUGHT_UNWANTED = Fault(
    Rule(42, "reasoning", "reject", "take the thought out, or let the recipe drop it"),
    "a thought stands beside a reply",
)
EMPTY_PART = Fault(HAS_FIELDS, "a part holds nothing that is known", "text, inlineData, functionCall, functionResponse")


class Blob(Struct, rename="camel", gc=False):
    """A file inside the row."""

    mime_type: str
    data: str


class FileData(Struct, rename="camel", gc=False):
    """A file elsewhere."""

    file_uri: str
    mime_type: str = ""


class FunctionCall(Struct, gc=False):
    """A call."""

    name: str
    args: dict[str, object] = {}


class FunctionResponse(Struct, gc=False):
    """What a called function gave back."""

    name: str
    response: object = None


class Part(Struct, rename="camel", gc=False):
    """A piece of a content, of one kind."""

    text: str | None = None
    thought: bool = False  #: the text is no part of the reply
    inline_data: Blob | None = None
    file_data: FileData | None = None
    function_call: FunctionCall | None = None
    function_response: FunctionResponse | None = None


class Content(Struct, gc=False):
    """What one side says."""

    parts: list[Part]
    role: str = "user"


class Declarations(Struct, rename="camel", gc=False):
    """Functions that can be called."""

    function_declarations: list[dict[str, object]] = []


class Vertex(Struct, forbid_unknown_fields=True, omit_defaults=True, rename="camel", gc=False):
    """A conversation."""

    contents: list[Content]
    system_instruction: Content | str | None = None
    tools: list[Declarations] | None = None


def claims(keys: Keys) -> bool:
    """Contents."""
    return "contents" in keys and "messages" not in keys


def convert(row: Vertex, wishes: Wishes) -> Example:
    """The same turns under the service's names, with tool calls and their answers paired."""
    draft = Turns(wishes)
    for content in row.contents:
        draft.take(content)
    instruction = row.system_instruction
    draft.instruct(_text(instruction.parts) if isinstance(instruction, Content) else instruction)
    return Example(Chat(draft.messages, _tools(row.tools or ())), draft.fixes)


class Turns(Draft):
    """A draft that gives calls their ids, and responses their calls."""

    def __init__(self, wishes: Wishes) -> None:
        super().__init__()
        self._wishes = wishes
        self._made = 0
        self._open: list[ToolCall] = []

    def take(self, content: Content) -> None:
        """Add what one side says. Raises `Unusable`."""
        role = ROLES.get(content.role)
        if role is None:
            raise Unusable(Fault(HAS_FIELDS, f"a content is spoken by {shown(content.role)}", ", ".join(ROLES)))
        parts = [part for part in content.parts if not self._is_thought(part)]
        for response in (part.function_response for part in parts if part.function_response):
            self._answer(response)
        calls = [part.function_call for part in parts if part.function_call]
        others = [part for part in parts if not part.function_call and not part.function_response]
        if calls:
            self._call(calls, _text(others))
        elif others or not parts:
            self._say(role, others)

    def _is_thought(self, part: Part) -> bool:
        if part.thought and self._wishes.reasoning == "reject":
            raise Unusable(THOUGHT_UNWANTED)
        if part.thought:
            self.note(THOUGHT_LEFT_OUT)
        return part.thought

    def _answer(self, response: FunctionResponse) -> None:
        call = next((call for call in self._open if call.function.name == response.name), None)
        if call is None:
            raise Unusable(UNANSWERED)
        self._open.remove(call)
        self.messages.append(Tool(encode(response.response).decode(), call.id))

    def _call(self, calls: Sequence[FunctionCall], text: str) -> None:
        self._open = [self._numbered(call) for call in calls]
        self.messages.append(Assistant(text.strip() or None, tool_calls=self._open[:]))

    def _numbered(self, call: FunctionCall) -> ToolCall:
        self._made += 1
        return ToolCall(f"call_{self._made}", "function", Called(call.name, encode(call.args).decode()))

    def _say(self, role: str, parts: Sequence[Part]) -> None:
        shown_parts = [_part(part) for part in parts]
        if role == "user" and any(isinstance(part, ImagePart) for part in shown_parts):
            self.messages.append(User(shown_parts))
        else:
            self.say(role, _text(parts), "contents")


def _part(part: Part) -> TextPart | ImagePart:
    if part.text is not None:
        return TextPart(part.text)
    if part.inline_data:
        return _image(part.inline_data.mime_type, f"data:{part.inline_data.mime_type};base64,{part.inline_data.data}")
    if part.file_data:
        return _image(part.file_data.mime_type, part.file_data.file_uri)
    raise Unusable(EMPTY_PART)


def _image(mime_type: str, url: str) -> ImagePart:
    if mime_type not in IMAGE_TYPES:
        raise Unusable(NO_IMAGE)
    if url.startswith("gs://"):
        raise Unusable(ELSEWHERE)
    return ImagePart(ImageUrl(url))


def _text(parts: Sequence[Part]) -> str:
    """The words of some parts. Raises `Unusable` for an image among them."""
    said = [_part(part) for part in parts]
    if not all(isinstance(part, TextPart) for part in said):
        raise Unusable(NOT_USERS)
    return "\n".join(part.text for part in said if isinstance(part, TextPart))


def _tools(declared: Sequence[Declarations]) -> Raw | None:
    functions = [function for each in declared for function in each.function_declarations]
    tools = [{"type": "function", "function": _in_small_letters(function)} for function in functions]
    return Raw(encode(tools)) if tools else None


def _in_small_letters(schema: object) -> object:
    """The schema with its types as JSON Schema has them: `object`, not `OBJECT`."""
    if isinstance(schema, list):
        return [_in_small_letters(each) for each in cast("list[object]", schema)]
    if not isinstance(schema, dict):
        return schema
    entries = cast("dict[str, object]", schema).items()
    return {key: _small(value) if key == "type" else _in_small_letters(value) for key, value in entries}


def _small(value: object) -> object:
    return value.lower() if isinstance(value, str) else _in_small_letters(value)


FORMATS = (
    Format(
        name="Vertex",
        order=120,
        fields="systemInstruction, contents",
        claims=claims,
        row=Vertex,
        converts={"sft": convert},
    ),
)
