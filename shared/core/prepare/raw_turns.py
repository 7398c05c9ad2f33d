"""The turns of a row that was not decoded yet, and may hold anything."""

from typing import cast

from shared.core.prepare.format import Row


def objects_in(values: object) -> list[Row]:
    """The objects of a list; none if it is no list."""
    listed = cast("list[object]", values) if isinstance(values, list) else []
    return [cast("Row", value) for value in listed if isinstance(value, dict)]


def turns_in(row: Row) -> list[Row]:
    """The turns of `messages` or `conversations`."""
    return objects_in(row.get("messages", row.get("conversations")))


def speaker_of(turn: Row) -> object:
    """Who speaks, in ShareGPT's way of writing or the service's."""
    return turn.get("role", turn.get("from"))


def text_of(turn: Row) -> object:
    """What is said, likewise."""
    return turn.get("content", turn.get("value"))
