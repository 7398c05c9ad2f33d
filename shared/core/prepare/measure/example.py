"""Reading any example back from its line: chat, preference or reinforcement, as the service takes them."""

from collections.abc import Iterator

from msgspec import UNSET, Raw, Struct, UnsetType
from msgspec.json import Decoder


class Part(Struct, gc=False):
    """A piece of a message; an image has no text."""

    text: str = ""


class Called(Struct, gc=False):
    name: str = ""
    arguments: str = ""


class Call(Struct, gc=False):
    function: Called


class Message(Struct, gc=False):
    role: str
    content: str | list[Part] | None = None
    name: str | None = None
    tool_calls: list[Call] | None = None


class Input(Struct, gc=False):
    """What both replies of a preference answer."""

    messages: list[Message] = []
    tools: Raw | UnsetType = UNSET


class Example(Input, gc=False):
    input: Input | None = None
    preferred_output: list[Message] = []
    non_preferred_output: list[Message] = []


PREFERENCE = (
    b'{"input":{',
    b'{"input": {',
)  #: how a preference is written; a problem may have an `input` of its own, for its grader

_read_messages = Decoder(Input).decode
_read_preference = Decoder(Example).decode


def read_example(line: bytes) -> Example:
    """An example as it is written."""
    if line.startswith(PREFERENCE):
        return _read_preference(line)
    chat = _read_messages(line)
    return Example(chat.messages, chat.tools)


def messages_of(example: Example) -> Iterator[Message]:
    """All messages, in the order of the line."""
    yield from example.messages
    if example.input is not None:
        yield from example.input.messages
    yield from example.preferred_output
    yield from example.non_preferred_output


def tools_of(example: Example) -> bytes:
    """The JSON of the tools; empty without."""
    tools = example.tools if example.input is None else example.input.tools
    return b"" if isinstance(tools, UnsetType) else bytes(tools)


def texts_of(message: Message) -> Iterator[str]:
    """The words of a message: its text or texts, then names and arguments of its calls. Images have none."""
    if isinstance(message.content, str):
        yield message.content
    elif message.content is not None:
        yield from (part.text for part in message.content if part.text)
    for call in message.tool_calls or ():
        yield call.function.name
        yield call.function.arguments
