"""The turns of a row that was not decoded yet, and may hold anything."""

from collections.abc import Iterable, Iterator
from typing import cast

from shared.core.prepare.faults import Fault, listed
from shared.core.prepare.format import LEAVES_OUT, Row
from shared.core.prepare.making.chat_mending import REASONING_KEYS, REASONING_LEFT_OUT

SPOKEN = frozenset({"role", "from", "content", "value"})


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


def left_out(turns: Iterable[Row]) -> Iterator[Fault]:
    """What to say of turns of which only speaker and text are taken."""
    others = {key for turn in turns for key in turn} - SPOKEN
    if not others.isdisjoint(REASONING_KEYS):
        yield REASONING_LEFT_OUT
    if extra := sorted(others.difference(REASONING_KEYS)):
        yield Fault(LEAVES_OUT, f"keys of turns that are not learnt were left out: {listed(extra)}")
