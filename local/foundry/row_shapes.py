"""The shapes of training rows, as the service's schema has them (azure-ai-docs, fine-tuning pages, 5-7 Oct 2026)."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

type Text = Annotated[str, Meta(max_length=1_048_576)]
type ToolName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class TextPart(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="text"):
    """Text among other parts."""

    text: Text


class ImageUrl(msgspec.Struct, forbid_unknown_fields=True):
    """Where an image is, or the image itself."""

    url: Annotated[str, Meta(pattern=r"^(https://|data:image/(jpeg|png|webp);base64,)")]
    detail: Literal["low", "high", "auto"] = "auto"


class ImagePart(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="image_url"):
    """An image; users show them, nobody else does."""

    image_url: ImageUrl


class Function(msgspec.Struct, forbid_unknown_fields=True):
    """What an assistant calls: `arguments` is JSON in a string."""

    name: ToolName
    arguments: str


class ToolCall(msgspec.Struct, forbid_unknown_fields=True):
    """One call."""

    id: str
    type: Literal["function"]
    function: Function


class _Message(msgspec.Struct, forbid_unknown_fields=True, tag_field="role"):
    pass


class System(_Message, tag="system"):
    """Instructions."""

    content: Text | list[TextPart]
    name: str | None = None


class Developer(_Message, tag="developer"):
    """Instructions, to reasoning models."""

    content: Text | list[TextPart]
    name: str | None = None


class User(_Message, tag="user"):
    """A question."""

    content: Text | list[TextPart | ImagePart]
    name: str | None = None


class Assistant(_Message, tag="assistant"):
    """An answer: words, or calls, or both."""

    content: Text | list[TextPart] | None = None
    tool_calls: list[ToolCall] | None = None
    function_call: Function | None = None
    weight: Literal[0, 1] | None = None
    name: str | None = None
    refusal: str | None = None


class Tool(_Message, tag="tool"):
    """What a call came back with."""

    content: Text
    tool_call_id: str


class LegacyFunction(_Message, tag="function"):
    """What a call of the deprecated kind came back with."""

    content: Text
    name: ToolName


type Message = System | Developer | User | Assistant | Tool | LegacyFunction
type Messages = Annotated[list[Message], Meta(min_length=1, max_length=2048)]


class Declared(msgspec.Struct):
    """A function that may be called."""

    name: ToolName
    description: str | None = None
    parameters: dict[str, Any] | None = None


class ToolDeclaration(msgspec.Struct):
    """A tool that may be called."""

    type: Literal["function"]
    function: Declared


type Tools = Annotated[list[ToolDeclaration], Meta(max_length=128)]


class SupervisedRow(msgspec.Struct, forbid_unknown_fields=True):
    """A conversation whose answers are learnt."""

    messages: Messages
    tools: Tools | None = None
    parallel_tool_calls: bool | None = None
    functions: list[Declared] | None = None


class Prompt(msgspec.Struct, forbid_unknown_fields=True):
    """What two answers were given to."""

    messages: Messages
    tools: Tools | None = None
    parallel_tool_calls: bool | None = None


class PreferenceRow(msgspec.Struct, forbid_unknown_fields=True):
    """A prompt, the better and the worse answer."""

    input: Prompt
    preferred_output: Messages
    non_preferred_output: Messages


class ReinforcementRow(msgspec.Struct):
    """A prompt whose answers are graded; all other keys are for the grader."""

    messages: Messages


type Row = SupervisedRow | PreferenceRow | ReinforcementRow
