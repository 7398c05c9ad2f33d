"""The rules an example must keep, whatever format it came in. One file a subject."""

from collections.abc import Iterator

from shared.core.prepare.chat import Chat
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.rules import images, tools, turns
from shared.core.prepare.targets import Target, chat_of


def check(target: Target) -> Iterator[Fault]:
    """The rules that an example breaks."""
    chat = chat_of(target)
    try:
        is_plain = turns.check(chat.messages) if isinstance(target, Chat) else False
        if not is_plain or chat.tools is not None:
            tools.check(chat)
            images.check(chat.messages)
    except Unusable as error:
        yield error.fault
