"""Why a row does not fit its format, in words: what msgspec says, without the dataset text it may quote."""

import re
from dataclasses import dataclass

from shared.core.prepare.faults import shown

PLACE = re.compile(r" - at `\$?(?P<place>[^`]*)`$")
EXPECTED = re.compile(r"Expected `(?P<expected>[^`]+)`(?P<bound> [<>]=? -?[\d.]+)?(, got `(?P<found>\w+)`)?")
MISSING = re.compile(r"Object missing required field `(?P<name>.*)`", re.DOTALL)
UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
INVALID = re.compile(r"Invalid (enum )?value (?P<value>.*)", re.DOTALL)

KINDS = {
    "str": "text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place where a row differs from the shape it should have."""

    reason: str  #: reads on from the field's name: 'is missing', 'is null'
    expected: str
    place: str  #: in the row, from its root: `.messages[2].role`

    @property
    def field(self) -> str:
        """The place without its indexes, which is the same in every row."""
        return re.sub(r"\[(\d+|\.\.\.)\]", "[]", self.place)


def explain_misfit(message: str) -> Misfit:
    """The misfit that a `msgspec.ValidationError` of this text reports."""
    where = PLACE.search(message)
    place = where["place"] if where else ""
    said = message[: where.start()] if where else message
    if missing := MISSING.fullmatch(said):
        return Misfit("is missing", "", f"{place}.{missing['name']}")
    if unknown := UNKNOWN.fullmatch(said):
        return Misfit(f"has a key it must not have: {shown(unknown['name'])}", "", place)
    if invalid := INVALID.fullmatch(said):
        return Misfit(f"has a value it must not have: {shown(invalid['value'].strip(chr(39)))}", "", place)
    if expected := EXPECTED.fullmatch(said):
        return _of_another_kind(expected, place)
    return Misfit("has another shape", "", place)


def _of_another_kind(match: re.Match[str], place: str) -> Misfit:
    kinds = dict.fromkeys(KINDS.get(kind, kind) for kind in match["expected"].split(" | "))
    if bound := match["bound"]:
        limit = "at most" if "<" in bound else "at least"
        return Misfit("is out of range", f"{limit} {float(bound.split()[1]):g}", place)
    found = KINDS.get(match["found"] or "", "something else")
    return Misfit(f"is {found}", " or ".join(kinds), place)
