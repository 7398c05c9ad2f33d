"""Tables of figures, with the target beside each that has one."""

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Target(NamedTuple):
    """What a figure has to be."""

    sign: Literal["at least", "at most"]
    bound: float

    def is_met(self, value: float) -> bool:
        """Whether it is."""
        return value >= self.bound if self.sign == "at least" else value <= self.bound


class Line(NamedTuple):
    """A figure."""

    told: str
    value: float
    unit: str
    target: Target | None = None


class Report:
    """Tables that are printed one by one, and summed up in the end."""

    def __init__(self) -> None:
        self._lines: list[tuple[str, Line, Target]] = []

    def tell(self, title: str, lines: Sequence[Line]) -> None:
        """Print a table."""
        width = max(len(line.told) for line in lines)
        print(f"\n{title}")
        for line in lines:
            print(f"  {line.told:{width}} {line.value:8.2f} {line.unit:12} {_verdict(line)}".rstrip(), flush=True)
        self._lines += [(title, line, line.target) for line in lines if line.target]

    def sum_up(self) -> None:
        """Print how many targets were met, and which were not."""
        missed = [(title, line) for title, line, target in self._lines if not target.is_met(line.value)]
        print(f"\n{len(self._lines) - len(missed)} of {len(self._lines)} targets were met{', not:' if missed else ''}")
        for title, line in missed:
            print(f"  {title.partition(':')[0]}: {line.told} {line.value:.2f} {line.unit}, {_verdict(line)}")


def _verdict(line: Line) -> str:
    if line.target is None:
        return ""
    sign, bound = line.target
    return f"target: {sign} {bound:g}, {'met' if line.target.is_met(line.value) else 'NOT MET'}"
