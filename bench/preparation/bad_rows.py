"""Rows in which one thing is wrong, made of good conversations."""

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle

LIST = b'"messages": ['
CONTENT = b'"content": "'
REPLY = b'"role": "assistant"'
DEEP = 500

type Spoil = Callable[[bytes], bytes]

FAULTS: dict[str, Spoil] = {
    "cut off": lambda row: row[: len(row) // 2],
    "a trailing comma": lambda row: row.rstrip()[:-1] + b",}",
    "bytes that are no UTF-8": lambda row: row.replace(CONTENT, CONTENT + b"\xff\xfe", 1),
    "half an emoji": lambda row: row.replace(CONTENT, CONTENT + rb"\ud83d", 1),
    "a key twice": lambda row: row.replace(REPLY, REPLY + b', "role": "user"', 1),
    "no number": lambda row: row.replace(b"{", b'{"weight": NaN, ', 1),
    "nested too deeply": lambda row: row.replace(LIST, LIST + b"[" * DEEP + b"]" * DEEP + b", ", 1),
    "no object": lambda row: b"[" + row.rstrip() + b"]",
    "keys nobody knows": lambda row: row.replace(b'"messages"', b'"massages"', 1),
    "a role nobody knows": lambda row: row.replace(REPLY, b'"role": "assistent"'),
    "no content": lambda row: row.replace(CONTENT, b'"contend": "'),
    "content of a number": lambda row: row.replace(CONTENT, b'"content": 1, "x": "'),
    "an empty row": lambda _: b"{}",
}


def spoilt(rows: Iterable[bytes], spoils: Iterable[Spoil]) -> Iterator[bytes]:
    """Rows that all have one of the faults, in turn."""
    for row, spoil in zip(rows, cycle(spoils), strict=False):
        yield spoil(row).rstrip() + b"\n"
