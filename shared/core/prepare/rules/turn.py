"""A message and where it stands in its row, for the rules that look at one message after another."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.core.prepare.chat import Message


class Turn(NamedTuple):
    """A message in its place."""

    place: str  #: inside the row: `input.messages[2]`
    message: Message


def turns_of(messages: Sequence[Message], field: str) -> Iterator[Turn]:
    """The messages of a field of the row."""
    return (Turn(f"{field}[{index}]", message) for index, message in enumerate(messages))


def role_of(message: Message) -> str:
    """The role as messages for people call it."""
    return type(message).__name__.lower()
