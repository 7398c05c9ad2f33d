"""What can be wrong with a row or a file, as values, and the ways to give up on one."""

import re
from dataclasses import dataclass

from shared.core.prepare.rule import Rule

SHOWABLE = re.compile(r"[\w.:/-]{1,32}( [\w.:/-]{1,16}){0,2}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong. Never quotes dataset text: reasons reach logs.

    Findings are grouped by rule and reason: what differs from row to row belongs in `place` and `column`.
    """

    rule: Rule
    reason: str  #: lower case, no full stop
    expected: str = ""  #: what would have been right
    place: str = ""  #: inside the row: `messages[2].role`, counted from 0
    column: int | None = None  #: in the line, from 1, counted in characters
    sample: str = ""  #: what was found, masked, where it is worth showing


class Unusable(Exception):
    """A row cannot become an example; the run goes on."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class Filtered(Exception):
    """A row is sound, but the recipe does not want it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class Tie(Exception):
    """A row is sound, but neither of its replies is the better one."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


class Unreadable(Exception):
    """A file cannot be read, or not to its end."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason)
        self.fault = fault


def shown(name: str) -> str:
    """A name (of a key, a role, a part) as messages may show it: text that is no name stays hidden."""
    return repr(name) if SHOWABLE.fullmatch(name) else f"(a name of {len(name)} characters)"


def listed(names: list[str], most: int = 12) -> str:
    """Names for a message: in order, and not too many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shown(name) for name in names[:most]) + more
