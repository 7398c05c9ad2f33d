"""What a workflow's webhook takes: one message with Adaptive Cards in it."""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"

#: bytes of the whole message (create incoming webhooks, 2024; Teams connector, known limits)
LARGEST_MESSAGE = 28 * 1024

_ATTACHMENT: dict[str, Any] = {
    "type": "object",
    "required": ["contentType", "content"],
    "properties": {
        "contentType": {"const": ADAPTIVE_CARD},
        "contentUrl": {"type": "null"},
        "content": {"type": "object"},
    },
    "additionalProperties": False,
}
_MESSAGE: dict[str, Any] = {
    "type": "object",
    "required": ["type", "attachments"],
    "properties": {
        "type": {"const": "message"},
        "attachments": {"type": "array", "minItems": 1, "items": _ATTACHMENT},
    },
}

type Card = dict[str, Any]


class MessageRefused(ValueError):
    """A message that no channel would show; says why."""


def cards_of(body: bytes) -> list[Card]:
    """The cards of a message. Raises `MessageRefused` with the first thing that is wrong."""
    try:
        message: Any = json.loads(body)
    except ValueError as error:
        raise MessageRefused(f"the body is not JSON: {error}") from error
    _check(_validators().message, message, "message")
    cards: list[Card] = [attachment["content"] for attachment in message["attachments"]]
    for card in cards:
        _check(_validators().card, card, "card")
    return cards


def title_of(card: Card) -> str:
    """The first text a reader sees; empty if the card has none."""
    return next(_texts(card.get("body", [])), "")


class _Validators(NamedTuple):
    message: Any  # the stubs of jsonschema leave a validator's methods half unknown
    card: Any


@functools.cache
def _validators() -> _Validators:
    card = json.loads(Path(__file__).with_name("card.schema.json").read_text())
    return _Validators(Draft202012Validator(_MESSAGE), Draft202012Validator(card))


def _check(validator: Any, whole: object, name: str) -> None:
    """Raises `MessageRefused` with the innermost error: those around it only follow from it."""
    errors: list[ValidationError] = list(validator.iter_errors(whole))
    if errors:
        error = max(errors, key=lambda error: len(error.absolute_path))
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
        raise MessageRefused(f"{name}{place}: {error.message[:300]}")


def _texts(part: object) -> Iterator[str]:
    """Every text in a part of a card, from top to bottom."""
    if isinstance(part, list):
        for item in cast("list[object]", part):
            yield from _texts(item)
    elif isinstance(part, dict):
        element = cast("dict[str, object]", part)
        if isinstance(element.get("text"), str):
            yield cast("str", element["text"])
        for inner in ("items", "columns", "inlines"):
            yield from _texts(element.get(inner))
