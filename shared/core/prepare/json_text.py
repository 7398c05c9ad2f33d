"""What is wrong with a row's JSON, and at which column: the slow, exact look at a line that a parser refused.

Stricter than JSON: no repeated keys, no numbers that a double cannot hold, no lone surrogates, no absurd nesting.
"""

import json
import re
from collections.abc import Callable

from shared.core.prepare.faults import Fault, shown
from shared.core.prepare.rule import Rule

MAX_DEPTH = 64  #: objects and lists inside each other
MAX_DIGITS = 1_000  #: of a whole number

IS_UTF8 = Rule(5, "UTF-8", "reject", "save the file as UTF-8")
IS_JSON = Rule(8, "valid JSON", "reject", "correct the JSON at this place, or write the file with a JSON library")
IS_SOUND_JSON = Rule(10, "sound JSON", "reject", "write the row again without it")

WORDS = {
    "Expecting value": "a value is missing or misspelt",
    "Expecting property name enclosed in double quotes": "a key in double quotes is missing",
    "Expecting ':' delimiter": "a colon is missing after a key",
    "Expecting ',' delimiter": "a comma is missing, or a quote inside a text is not escaped",
    "Unterminated string starting at": "a text is never closed: its closing quote is missing",
    "Invalid control character at": "a line break, tab or other control character stands unescaped in a text",
    "Invalid \\escape": "a backslash in a text is not doubled",
    "Invalid \\uXXXX escape": "a \\u escape has not four hexadecimal digits",
    "Extra data": "text follows the end of the row",
    "Illegal trailing comma before end of object": "a comma stands before a closing bracket",
    "Illegal trailing comma before end of array": "a comma stands before a closing bracket",
}

TOKEN = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"(?P<key>\s*:)?'
    r"|(?P<constant>-?(?:NaN|Infinity))"
    r"|(?P<number>-?\d+(?P<rest>(?:\.\d+)?(?:[eE][+-]?\d+)?))"
    r"|(?P<bracket>[\[\]{}])",
    re.DOTALL,
)


def explain(line: bytes) -> Fault | None:
    """The first fault of a row's JSON, or `None` if there is none."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return Fault(
            IS_UTF8, "bytes that are not UTF-8", "", f"byte {error.start}", len(line[: error.start].decode()) + 1
        )
    return _syntax(text) or _soundness(text)


def _syntax(text: str) -> Fault | None:
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        return Fault(IS_JSON, WORDS.get(error.msg, "not JSON"), column=error.pos + 1)
    except RecursionError:
        return _soundness(text)
    return None


def _soundness(text: str) -> Fault | None:
    levels: list[set[str]] = []
    for token in TOKEN.finditer(text):
        if complaint := _judge(token)(token, levels):
            return Fault(IS_SOUND_JSON, *complaint, column=token.start() + 1)
    return None


type Complaint = tuple[str, str]  #: the reason, and what was expected
type Judge = Callable[[re.Match[str], list[set[str]]], Complaint | None]


def _judge(token: re.Match[str]) -> Judge:
    if token["constant"]:
        return _constant
    if token["number"]:
        return _number
    return _bracket if token["bracket"] else _string


def _bracket(token: re.Match[str], levels: list[set[str]]) -> Complaint | None:
    if token[0] in "[{":
        levels.append(set())
        return ("nested too deep", f"at most {MAX_DEPTH} levels") if len(levels) > MAX_DEPTH else None
    if levels:
        levels.pop()
    return None


def _constant(_token: re.Match[str], _levels: list[set[str]]) -> Complaint:
    return "NaN and Infinity are no JSON numbers", "a number or null"


def _number(token: re.Match[str], _levels: list[set[str]]) -> Complaint | None:
    if not token["rest"]:
        too_long = len(token["number"]) > MAX_DIGITS
        return ("a whole number is too long", f"at most {MAX_DIGITS:,} digits") if too_long else None
    is_finite = abs(float(token["number"])) != float("inf")
    return None if is_finite else ("a number is too large", "a number that a double can hold")


def _string(token: re.Match[str], levels: list[set[str]]) -> Complaint | None:
    quoted = token[0].removesuffix(token["key"] or "")
    value: str = json.loads(quoted)
    try:
        value.encode()
    except UnicodeEncodeError:
        return "half of a surrogate pair (\\ud800 to \\udfff) stands alone", "both halves, or the character itself"
    if token["key"] and levels:
        if value in levels[-1]:
            return f"the key {shown(value)} occurs twice", "each key once"
        levels[-1].add(value)
    return None


def may_be_deep(line: bytes) -> bool:
    """Whether a line has brackets enough to be nested too deep: a quick look before an exact one."""
    return line.count(b"{") + line.count(b"[") > MAX_DEPTH
