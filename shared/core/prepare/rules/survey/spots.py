"""How often something was seen, and where first."""

from shared.core.prepare.report import Place

FIRST = 20  #: places that are kept


class Spots:
    """Rows that have something in common. Those of several processes can be put together."""

    __slots__ = ("count", "first")

    def __init__(self) -> None:
        self.count = 0
        self.first: list[tuple[str, int]] = []

    def add(self, file: str, line: int) -> None:
        """Count a row."""
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append((file, line))

    def merge(self, later: "Spots") -> None:
        """Count the rows of another process."""
        self.count += later.count
        self.first = sorted([*self.first, *later.first])[:FIRST]

    @property
    def places(self) -> tuple[Place, ...]:
        """The first rows, as reports give them."""
        return tuple(Place(file=file, line=line) for file, line in self.first)
