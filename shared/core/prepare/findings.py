"""Collecting what is noticed: equal things once, with their number and first places."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.core.prepare.faults import Fault
from shared.core.prepare.report import Finding, Place
from shared.core.prepare.rule import Rule, Severity

FIRST_PLACES = 20
FIRST_SAMPLES = 3
MOST_FINDINGS = 200  #: different ones; a file that has more has them all for one reason

ORDER: tuple[Severity, ...] = ("error", "reject", "warning", "fix", "info")
OTHERS = "further reasons, too many to list"


class At(NamedTuple):
    """A place in a dropped file, at less cost than a `Place` of the report."""

    file: str
    line: int  #: physical line, from 1
    column: int | None = None  #: in characters, from 1


@dataclass(slots=True)
class _Tally:
    rule: Rule
    expected: str
    count: int = 0
    places: list[tuple[At, str]] = field(default_factory=list[tuple[At, str]])  #: and where inside the row
    samples: dict[str, None] = field(default_factory=dict[str, None])


class Findings:
    """Everything noticed about a dataset."""

    def __init__(self) -> None:
        self._tallies: dict[tuple[Rule, str], _Tally] = {}

    def add(self, fault: Fault, place: At | None = None) -> None:
        """Note one occurrence. Without a place it concerns the file or the set."""
        self.add_all(fault, 1, () if place is None else (place,))

    def add_all(self, fault: Fault, count: int, first: Sequence[At]) -> None:
        """Note some occurrences, of which the first places are given."""
        reason = fault.reason
        if len(self._tallies) >= MOST_FINDINGS and (fault.rule, reason) not in self._tallies:
            reason = OTHERS
        tally = self._tallies.get((fault.rule, reason))
        if tally is None:
            tally = self._tallies[fault.rule, reason] = _Tally(fault.rule, fault.expected)
        tally.count += count
        if room := FIRST_PLACES - len(tally.places):
            tally.places += ((at, fault.place) for at in first[:room])
        if fault.sample and len(tally.samples) < FIRST_SAMPLES:
            tally.samples[fault.sample] = None

    def report(self) -> tuple[Finding, ...]:
        """The worst first, and of those the most frequent."""
        found = [_finding(reason, tally) for (_, reason), tally in self._tallies.items()]
        return tuple(sorted(found, key=_rank))


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    return ORDER.index(finding.severity), -finding.count, finding.rule or 0, finding.message


def _order(place: tuple[At, str]) -> tuple[str, int, int]:
    at, _ = place
    return at.file, at.line, at.column or 0


def _finding(reason: str, tally: _Tally) -> Finding:
    rule = tally.rule
    return Finding(
        rule=rule.number,
        name=rule.name,
        severity=rule.severity,
        message=reason,
        expected=tally.expected,
        remedy=rule.remedy,
        count=tally.count,
        samples=tuple(tally.samples),
        places=tuple(
            Place(file=at.file, line=at.line, column=at.column, field=inside)
            for at, inside in sorted(tally.places, key=_order)
        ),
    )
