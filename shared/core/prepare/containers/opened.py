"""A file whose rows can be read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.core.prepare.containers.json_lines import rows
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.faults import Fault

type Companions = Callable[[str], bytes | None]


def no_companions(_path: str) -> bytes | None:
    """Nothing: most files come alone."""
    return None


@dataclass(frozen=True)
class Opened:
    """What it is stored as, and its rows."""

    stored_as: str  #: for people
    notes: list[Fault]  #: what was noticed on the way; more may come until the last row is read
    records: Iterator[Block | Record]  #: raises `Unreadable`
    companions: Companions = no_companions  #: an image that a row names; raises `Unusable`

    def rows(self) -> Iterator[Record]:
        """The rows one by one. Raises `Unreadable`."""
        return rows(self.records)
