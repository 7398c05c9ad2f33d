"""The choices of a multiple-choice question and which of them is right, in the ways datasets write them down."""

import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import NamedTuple, cast

from msgspec import DecodeError
from msgspec.json import Decoder

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS

LISTS = ("choices", "options")
ANSWERS = ("answer", "answerkey", "answer_idx", "correct_answer", "label")
LETTER = re.compile(r"\(?([A-Za-z])[).:]?")
FEWEST = 2

NO_CHOICES = Fault(HAS_FIELDS, "the choices are not a list of texts", '["...", "..."], or columns A, B, C, D')
NO_SUCH_CHOICE = Fault(HAS_FIELDS, "the answer names none of the choices", "its letter, its text, or its place from 0")

_decode_anything = Decoder().decode


class Choices(NamedTuple):
    """Choices, and what they are called, if not A, B, C."""

    texts: Sequence[str]
    labels: Sequence[str] = ()


def choices_of(row: Mapping[str, object]) -> Choices:
    """The choices of a row whose keys are in small letters. Raises `Unusable` if there are not at least two."""
    given = next((row[name] for name in LISTS if name in row), None)
    found = _columns(row) if given is None else _listed(given)
    if found is None or not FEWEST <= len(found.texts) <= len(ascii_uppercase):
        raise Unusable(NO_CHOICES)
    return found._replace(texts=_without_letters(found.texts))


def _columns(row: Mapping[str, object]) -> Choices:
    cells = [row.get(letter.lower()) for letter in ascii_uppercase]
    end = next((at for at, cell in enumerate(cells) if not isinstance(cell, str) or not cell.strip()), len(cells))
    return Choices(cast("list[str]", cells[:end]))


def _listed(given: object) -> Choices | None:
    if isinstance(given, str):
        return _written(given)
    if isinstance(given, dict):
        return _named(cast("dict[str, object]", given))
    values = cast("list[object]", given) if isinstance(given, list) else []
    if all(isinstance(value, dict) for value in values):
        described = cast("list[dict[str, object]]", values)
        return _texts([one.get("text") for one in described], [one.get("label") for one in described])
    return _texts(values, [])


def _written(given: str) -> Choices | None:
    """A list that a table keeps as JSON in a cell."""
    try:
        value: object = _decode_anything(given)
    except (DecodeError, RecursionError):
        return None
    return None if isinstance(value, str) else _listed(value)


def _named(given: Mapping[str, object]) -> Choices | None:
    """`{"text": [...], "label": [...]}`, or an object of choices by their letters."""
    if isinstance(texts := given.get("text"), list):
        labels = given.get("label")
        return _texts(cast("list[object]", texts), cast("list[object]", labels) if isinstance(labels, list) else [])
    return _texts([*given.values()], [*given])


def _texts(texts: Sequence[object], labels: Sequence[object]) -> Choices | None:
    if not all(isinstance(text, str) and text.strip() for text in texts):
        return None
    return Choices(cast("Sequence[str]", texts), [str(label) for label in labels if label is not None])


def _without_letters(texts: Sequence[str]) -> Sequence[str]:
    """The texts without letters of their own: `A) 21`, if all of them have theirs."""
    marks = [re.compile(rf"\(?{letter}[).:]\s*") for letter in ascii_uppercase[: len(texts)]]
    found = [mark.match(text) for mark, text in zip(marks, texts, strict=True)]
    if not all(found):
        return [text.strip() for text in texts]
    return [text[match.end() :].strip() for match, text in zip(found, texts, strict=True) if match]


class Right(NamedTuple):
    """Which choice is right."""

    place: int  #: from 0
    is_counted: bool = False  #: the answer was a number, which might also have been counted from 1


def right_of(answer: object, choices: Choices) -> Right:
    """The choice that an answer names by its label, its letter, its text or its place, which counts from 0.

    Raises `Unusable` if it names none.
    """
    wanted = answer.strip() if isinstance(answer, str) else str(answer)
    names = (choices.labels, choices.texts) if isinstance(answer, str) else (choices.labels,)
    named = next((each.index(wanted) for each in names if wanted in each), None)
    if named is not None:
        return Right(named)
    letter = LETTER.fullmatch(wanted)
    place = ascii_uppercase.index(letter[1].upper()) if letter else _number(wanted)
    if place >= len(choices.texts):
        raise Unusable(NO_SUCH_CHOICE)
    return Right(place, is_counted=not letter)


def _number(wanted: str) -> int:
    if not (wanted.isascii() and wanted.isdigit()) or len(wanted) > len("26"):
        raise Unusable(NO_SUCH_CHOICE)
    return int(wanted)
