"""The rules an example must keep, whatever format it came in. One file a subject."""

from shared.core.prepare.chat import Chat
from shared.core.prepare.rules import images, tools, turns


def check(chat: Chat) -> None:
    """Raises `Unusable` for the first rule an example breaks."""
    is_plain = turns.check(chat.messages)
    if not is_plain or chat.tools is not None:
        tools.check(chat)
        images.check(chat.messages)
