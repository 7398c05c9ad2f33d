"""Reading JSON as programs have printed it: with single quotes, with Python's words, or as calls `name(key=value)`.

Nothing is evaluated. A text is read sign by sign, and whatever is not a plain value is refused.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from msgspec import DecodeError
from msgspec.json import decode

from shared.core.prepare import json_text
from shared.core.prepare.json_text import MAX_DEPTH, MAX_DIGITS
from shared.core.prepare.repeated_keys import has_repeated_keys

SPACE = re.compile(r"\s*")
TEXT = re.compile(r"""(?P<quote>["'])(?P<inside>(?:(?!(?P=quote))[^\\]|\\.)*+)(?P=quote)""", re.DOTALL)
NUMBER = re.compile(rf"[+-]?(?:\d{{1,{MAX_DIGITS}}}(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])")
WORD = re.compile(r"[A-Za-z]+\b")
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U00(?:0[0-9A-Fa-f]|10)[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
CALL_NAME = re.compile(r"([^()\[\]{}=,\"'\n]{1,256}?)\s*\(")
ARGUMENT_NAME = re.compile(r"([^()\[\]{}=,\"'\s]{1,256})\s*=")

WORDS: Mapping[str, object] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
}
SIGNS: Mapping[str, str] = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
THEMSELVES = "\"'\\/"
QUOTED_JSON = "arguments"  #: Glaive puts the JSON of this key between single quotes, and escapes nothing in it


class NotLiteral(ValueError):
    """A text is no plain value."""


class Called(NamedTuple):
    """A call as it was written."""

    name: str
    arguments: object


def read_literal(text: str) -> object:
    """The one value a text holds. Raises `NotLiteral`."""
    try:
        return read_json(text)
    except NotLiteral:
        pass
    reader = Reader(text)
    value = reader.value()
    reader.end()
    return value


def read_json(text: str) -> object:
    """The one value of a text that is JSON, and sound. Raises `NotLiteral`."""
    line = text.encode()
    try:
        value: object = decode(line)
    except (DecodeError, RecursionError) as error:
        raise NotLiteral("not JSON") from error
    is_suspicious = json_text.may_be_deep(line) or has_repeated_keys(line, value)
    if is_suspicious and (fault := json_text.explain(line)):
        raise NotLiteral(fault.reason)
    return value


def read_values(text: str, start: int = 0) -> tuple[list[object], int]:
    """The values that stand one after another from `start` on, and where the last one ends. Raises `NotLiteral`."""
    reader = Reader(text, start)
    values = [reader.value()]
    while True:
        end = reader.at
        reader.take(",")
        if not reader.sees("{["):
            return values, end
        values.append(reader.value())


def read_calls(text: str) -> list[Called]:
    """The calls of a text `[name(key=value, ...), ...]`. Raises `NotLiteral`."""
    reader = Reader(text.strip())
    reader.need("[")
    calls = [reader.call()]
    while reader.take(","):
        calls.append(reader.call())
    reader.need("]")
    reader.end()
    return calls


class Reader:
    """A text, and how far it was read."""

    __slots__ = ("at", "text")

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at

    def value(self, depth: int = 0) -> object:
        """The value that comes next. Raises `NotLiteral`."""
        if depth > MAX_DEPTH:
            raise NotLiteral("nested too deep")
        if self.take("{"):
            return self._object(depth)
        for opening, closing in ("[]", "()"):
            if self.take(opening):
                return self._list(closing, depth)
        return self._single()

    def call(self) -> Called:
        """The call that comes next. Raises `NotLiteral`."""
        name = self._match(CALL_NAME)[1].strip()
        arguments: dict[str, object] = {}
        while not self.take(")"):
            key = self._match(ARGUMENT_NAME)[1]
            if key in arguments:
                raise NotLiteral("an argument is given twice")
            arguments[key] = self.value()
            if not self.sees(")"):
                self.need(",")
        return Called(name, arguments)

    def sees(self, signs: str) -> bool:
        """Whether one of these signs comes next, after white space."""
        self.at = self._behind_space()
        return self.text[self.at : self.at + 1] in {*signs}

    def take(self, sign: str) -> bool:
        """Whether this sign came next; if so, it is behind us."""
        is_there = self.sees(sign)
        self.at += is_there
        return is_there

    def need(self, sign: str) -> None:
        """Take this sign. Raises `NotLiteral`."""
        if not self.take(sign):
            raise NotLiteral(f"no {sign!r}")

    def end(self) -> None:
        """Raises `NotLiteral` if anything is left."""
        if self._behind_space() != len(self.text):
            raise NotLiteral("text follows")

    def _behind_space(self) -> int:
        found = SPACE.match(self.text, self.at)
        return found.end() if found else self.at

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        found = pattern.match(self.text, self._behind_space())
        if not found:
            raise NotLiteral("something else stands there")
        self.at = found.end()
        return found

    def _object(self, depth: int) -> dict[str, object]:
        made: dict[str, object] = {}
        while not self.take("}"):
            key = self._string()
            if key in made:
                raise NotLiteral("a key is given twice")
            self.need(":")
            made[key] = self._quoted(depth) if key == QUOTED_JSON and self.sees("'") else self.value(depth + 1)
            if not self.sees("}"):
                self.need(",")
        return made

    def _quoted(self, depth: int) -> object:
        start = self.at
        self.need("'")
        if not self.sees("{"):
            self.at = start
            return self._string()
        value = self.value(depth + 1)
        self.need("'")
        return value

    def _list(self, closing: str, depth: int) -> list[object]:
        made: list[object] = []
        while not self.take(closing):
            made.append(self.value(depth + 1))
            if not self.sees(closing):
                self.need(",")
        return made

    def _single(self) -> object:
        if self.sees("\"'"):
            return self._string()
        if word := WORD.match(self.text, self.at):
            if word[0] not in WORDS:
                raise NotLiteral("a name, not a value")
            self.at = word.end()
            return WORDS[word[0]]
        return _number(self._match(NUMBER)[0])

    def _string(self) -> str:
        inside = self._match(TEXT)["inside"]
        return _unescaped(inside) if "\\" in inside else inside


def _number(digits: str) -> float:
    if digits.lstrip("+-").isdecimal():
        return int(digits)
    number = float(digits)
    if abs(number) == float("inf"):
        raise NotLiteral("a number is too large")
    return number


def _unescaped(inside: str) -> str:
    text = ESCAPE.sub(_sign, inside)
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError as error:
        raise NotLiteral("half of a surrogate pair") from error


def _sign(escape: re.Match[str]) -> str:
    code = escape[1]
    if len(code) > 1:
        return chr(int(code[1:], 16))
    return code if code in THEMSELVES else SIGNS.get(code, escape[0])
