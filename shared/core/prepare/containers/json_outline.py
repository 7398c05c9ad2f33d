"""What the first bytes of a JSON object tell of its layout: its keys, and what stands under them."""

import re
from dataclasses import dataclass

from shared.core.prepare.containers.elements import STRING

ROW_KEYS = (b'"data"', b'"rows"', b'"examples"', b'"records"', b'"train"')  #: under which lists of rows are kept

TURNS_KEYS = (b'"messages"', b'"conversations"')  #: under which one row has the turns of a conversation

TOKEN = re.compile(STRING + rb'(?P<colon>\s*:\s*)?|["\[\]{}]', re.DOTALL)
LIST = re.compile(rb"\[\s*")


@dataclass(frozen=True, slots=True)
class Member:
    """A key of the outermost object."""

    key: bytes  #: in its quotes
    inside: int | None  #: where its list's first element begins, `None` if its value is no list
    first: bytes  #: that element's first byte; empty if it was not seen


@dataclass(frozen=True, slots=True)
class Outline:
    """An object as far as it was seen."""

    members: tuple[Member, ...]
    end: int | None  #: behind its closing bracket, if that was seen

    def rows(self) -> Member | None:
        """The first list that stands under a key for rows."""
        return next((one for one in self.members if one.inside is not None and one.key in ROW_KEYS), None)

    def is_columns(self) -> bool:
        """Whether it maps names to lists of cells: nothing but lists, not all of them of objects, none of turns."""
        lists = [one for one in self.members if one.inside is not None]
        is_only_lists = bool(lists) and len(lists) == len(self.members)
        return (
            is_only_lists
            and (len(lists) > 1 or self.end is None)
            and any(one.first not in {b"{", b""} for one in lists)
            and not any(one.first == b"{" and one.key in TURNS_KEYS for one in lists)
        )


def outline(text: bytes) -> Outline:
    """The outermost object of a text that begins with one."""
    members: list[Member] = []
    depth = 0
    for token in TOKEN.finditer(text):
        if token["colon"] is not None and depth == 1:
            members.append(_member(token, text))
        elif token[0] in {b"{", b"["}:
            depth += 1
        elif token[0] in {b"}", b"]"}:
            depth -= 1
        elif token[0] == b'"':
            break
        if depth == 0:
            return Outline(tuple(members), token.end())
    return Outline(tuple(members), None)


def _member(token: re.Match[bytes], text: bytes) -> Member:
    key = token[0].removesuffix(token["colon"])
    opened = LIST.match(text, token.end())
    if opened is None:
        return Member(key, None, b"")
    return Member(key, opened.end(), text[opened.end() : opened.end() + 1])
