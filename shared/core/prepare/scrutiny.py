"""What the texts of examples hold, looked at a batch at a time: what must not be learnt, and what they are like."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from shared.core.prepare.assignment import Assignment
from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.measures import Measures
from shared.core.prepare.measure.signatures import Signatures, sign
from shared.core.prepare.measure.texts import find_texts
from shared.core.prepare.measure.tokenizer import TokenCounter
from shared.core.prepare.measure.tokens import too_long
from shared.core.prepare.scans import FOR_ALL, FOR_RFT, Scanner, place_of
from shared.core.prepare.scans.benchmarks import detectors
from shared.core.prepare.scans.scanner import Hit
from shared.core.prepare.targets import Method


class Scrutiny:
    """Looks into texts, as far as the recipe wants it."""

    def __init__(self, assignment: Assignment) -> None:
        self._options = assignment.options
        self._of_benchmarks = detectors(assignment.fingerprints)
        self._most_tokens = assignment.most_tokens
        self._counter = TokenCounter()
        self.measures: dict[str, Measures] = {}  #: by file

    @cached_property
    def _scanner(self) -> Scanner:
        return Scanner((*FOR_ALL, *self._of_benchmarks))

    @cached_property
    def _rft_scanner(self) -> Scanner:
        return Scanner((*FOR_RFT, *self._of_benchmarks))

    def faults(self, lines: Sequence[bytes], method: Method | None) -> dict[int, list[Fault]]:
        """What stands in the texts of examples, by their indexes."""
        found: dict[int, list[Fault]] = {}
        if self._options.scan:
            scanner = self._rft_scanner if method == "rft" else self._scanner
            for hit in scanner.scan(lines):
                found.setdefault(hit.index, []).append(_fault(hit, lines[hit.index]))
        if self._most_tokens is not None:
            for index, fault in too_long(lines, self._most_tokens, self._counter).items():
                found.setdefault(index, []).append(fault)
        return found

    def tokens(self, lines: Sequence[bytes]) -> Sequence[int]:
        """The tokens of each example, if all are to be counted; else nothing."""
        return self._counter.count(lines).tolist() if self._options.tokens == "exact" else ()

    def measure(
        self, name: str, lines: Sequence[bytes], numbers: Sequence[int], digests: Sequence[bytes]
    ) -> Signatures | None:
        """Count these examples of a file in; what tells nearly equal ones."""
        if not self._options.scan or not lines:
            return None
        texts = find_texts(lines)
        self.measures.setdefault(name, Measures()).add_block(texts, numbers, digests)
        return sign(texts)


def _fault(hit: Hit, line: bytes) -> Fault:
    return replace(hit.kind.fault(place_of(line, hit.opening)), sample=hit.masked)
