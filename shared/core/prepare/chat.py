"""An example for supervised fine-tuning, in the one shape the service takes: a chat.

Fields as in the chat format of fine-tuning files (Microsoft Learn, "Customize a model with fine-tuning", 2026-02):
`{"messages": [...], "tools"?, "parallel_tool_calls"?}`, one object a line. What a role may not carry has no field
here, so that decoding checks it: `weight` and `tool_calls` belong to the assistant, images to the user.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct
from msgspec.json import Encoder

type Part = Literal["train", "validation", "test"]


class TextPart(Struct, tag_field="type", tag="text", forbid_unknown_fields=True, gc=False):
    """A piece of text inside a message."""

    text: str


class ImageUrl(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Where an image is: an https address, or the image itself as a data URI."""

    url: str
    detail: Literal["low", "high", "auto"] | None = None


class ImagePart(Struct, tag_field="type", tag="image_url", forbid_unknown_fields=True, gc=False):
    """An image inside a user message."""

    image_url: ImageUrl


class Called(Struct, forbid_unknown_fields=True, gc=False):
    """The function of a tool call; `arguments` is JSON in a string."""

    name: str
    arguments: str


class ToolCall(Struct, forbid_unknown_fields=True, gc=False):
    """One call in an assistant message."""

    id: str
    type: Literal["function"]
    function: Called


class System(Struct, tag_field="role", tag="system", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """How the assistant is to behave."""

    content: str | list[TextPart]
    name: str | None = None


class Developer(Struct, tag_field="role", tag="developer", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What `system` is called for reasoning models."""

    content: str | list[TextPart]
    name: str | None = None


class User(Struct, tag_field="role", tag="user", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What somebody asks."""

    content: str | list[TextPart | ImagePart]
    name: str | None = None


class Assistant(Struct, tag_field="role", tag="assistant", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is to be learnt. Content may be absent beside tool calls."""

    content: str | list[TextPart] | None = None
    name: str | None = None
    tool_calls: Annotated[list[ToolCall], Meta(min_length=1)] | None = None
    weight: Literal[0, 1] | None = None


class Tool(Struct, tag_field="role", tag="tool", forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What a called tool answered."""

    content: str
    tool_call_id: str
    name: str | None = None


type Message = System | Developer | User | Assistant | Tool


class Chat(Struct, omit_defaults=True, gc=False):
    """One example. `tools` stays as the JSON it came as, checked."""

    messages: list[Message]
    tools: Raw | None = None
    parallel_tool_calls: bool | None = None


encode_chat = Encoder().encode


def text_of(message: Message) -> str:
    """The words of a message, without its images."""
    content = message.content
    if isinstance(content, str):
        return content
    return "\n".join(part.text for part in content or () if isinstance(part, TextPart))


def prompt_of(chat: Chat) -> str:
    """The first thing a user says, images by their addresses."""
    asked = next((message.content for message in chat.messages if isinstance(message, User)), "")
    if isinstance(asked, str):
        return asked
    return "\n".join(part.text if isinstance(part, TextPart) else part.image_url.url for part in asked)


def with_system_prompt(chat: Chat, prompt: str) -> Chat:
    """The chat with this system message in front, unless it has one of its own."""
    if any(isinstance(message, System | Developer) for message in chat.messages):
        return chat
    return Chat([System(prompt), *chat.messages], chat.tools, chat.parallel_tool_calls)
