"""What is said about a whole set, with the lines that show it."""

from typing import NamedTuple

from shared.core.prepare.faults import Fault

FIRST = 20  #: lines that are named


class Noted(NamedTuple):
    """A finding, and the first lines it is about; none if it is about all."""

    fault: Fault
    lines: tuple[int, ...] = ()


def percent(count: int, total: int) -> str:
    """A share as messages show it: never 0 % for something, nor 100 % for less than all."""
    share = 100 * count / total
    return f"{min(max(share, 0.1), 99.9) if 0 < count < total else share:.1f} %".replace(".0 %", " %")
