"""Finds what should not be learnt in the texts of many rows at once, at the speed of the machine.

One pass of a multi-pattern engine over a whole block names candidates, which are rare. Only the text around a
candidate is decoded and looked at, and each different text once. The engine is Hyperscan (its fork Vectorscan): it
takes time that grows with the length of the block, whatever stands in it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby

import hyperscan

from shared.core.prepare.scans.kind import Detector, Kind, Span, Speaker
from shared.core.prepare.scans.texts import Speakers, characters_before, is_closing_quote, text_bounds, unescaped

MOST_REMEMBERED = 8_000_000  #: bytes of texts whose outcome is kept, so that a repeated one costs nothing
MOST_LOOKED_AT = 1_000  #: candidates of a kind in a text; the count of a text with more is a minimum

IMAGE = b"data:"  #: begins a text that is no words: base64 looks like anything


@dataclass(frozen=True, slots=True)
class Hit:
    """A kind found in one text of one row."""

    index: int  #: of the row, from 0
    kind: Kind
    opening: int  #: the byte of the row at which the text begins: `place_of` tells where that is
    count: int  #: how often it is found in the text
    masked: str  #: the first value found as reports may show it; empty for what is no value


@dataclass(frozen=True, slots=True)
class _Found:
    detector: Detector
    count: int
    masked: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of some detectors. Whoever searches for them brings scratch space of their own."""

    database: hyperscan.Database
    owners: Sequence[int]  #: the number of the detector that each pattern belongs to


type Candidate = tuple[int, int]  #: where it ends, and the number of its detector


class Scanner:
    """Scans blocks of rows for what its detectors find. To be used by one thread at a time."""

    def __init__(self, detectors: tuple[Detector, ...]) -> None:
        self._detectors = detectors
        self._patterns = compiled(detectors)
        self._scratch = hyperscan.Scratch(self._patterns.database)
        self._known: dict[bytes, tuple[_Found, ...]] = {}
        self._known_bytes = 0

    def scan(self, lines: Sequence[bytes]) -> list[Hit]:
        """What the rows hold, in their order. Each is one JSON object, with UTF-8 unescaped."""
        block = b"\n".join(lines)
        candidates = candidates_in(self._patterns, block, self._scratch)
        if not candidates:
            return []
        starts = [0, *accumulate(len(line) + 1 for line in lines)]
        hits: list[Hit] = []
        for index, texts in groupby(_by_text(block, starts, candidates), key=lambda each: each[0]):
            start = starts[index]
            speakers = Speakers(block, start, starts[index + 1] - 1)
            for _, opening, closing, inside in texts:
                found = self._found(block[opening:closing], inside)
                if found:
                    hits += _hits(index, opening - start, speakers.of(opening), found)
        return hits

    def _found(self, raw: bytes, candidates: Iterable[Candidate]) -> tuple[_Found, ...]:
        known = self._known.get(raw)
        if known is None:
            known = () if raw.startswith(IMAGE) else tuple(self._look(raw, candidates))
            self._remember(raw, known)
        return known

    def _remember(self, raw: bytes, found: tuple[_Found, ...]) -> None:
        self._known_bytes += len(raw)
        if self._known_bytes > MOST_REMEMBERED:
            self._known.clear()
            self._known_bytes = len(raw)
        self._known[raw] = found

    def _look(self, raw: bytes, candidates: Iterable[Candidate]) -> Iterable[_Found]:
        text = unescaped(raw)
        ends: dict[int, list[int]] = {}
        for end, detector in candidates:
            ends.setdefault(detector, []).append(end)
        for number, places in sorted(ends.items()):
            detector = self._detectors[number]
            most = 1 if detector.is_of_whole else MOST_LOOKED_AT
            spans = _spans(detector, text, characters_before(raw, places[:most]))
            if spans:
                start, end = spans[0]
                yield _Found(detector, len(spans), detector.mask(text[start:end]))


@cache
def compiled(detectors: tuple[Detector, ...]) -> Patterns:
    """The patterns of detectors, ready to search for. Cached, since compiling them takes a third of a second."""
    owned = [(number, pattern) for number, one in enumerate(detectors) for pattern in one.patterns]
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    # An id for each pattern: those that share one are merged, which takes a minute for the anchors of benchmarks.
    database.compile(expressions=[pattern for _, pattern in owned], ids=range(len(owned)))
    return Patterns(database, [number for number, _ in owned])


def candidates_in(patterns: Patterns, block: bytes, scratch: hyperscan.Scratch) -> list[Candidate]:
    """What the patterns match, in the order of its ends."""
    candidates: list[Candidate] = []
    owners = patterns.owners

    def note(pattern: int, _start: int, end: int, _flags: int, _context: object) -> None:
        candidates.append((end, owners[pattern]))

    patterns.database.scan(block, match_event_handler=note, scratch=scratch)
    candidates.sort()
    return candidates


def _by_text(
    block: bytes, starts: Sequence[int], candidates: Iterable[Candidate]
) -> Iterable[tuple[int, int, int, list[Candidate]]]:
    """The texts that hold candidates: the row of each, its bounds in the block, and its candidates, counted from it."""
    index = opening = closing = -1
    inside: list[Candidate] = []
    for end, detector in candidates:
        at = end - 1 if is_closing_quote(block, end - 1) else end
        if at > closing:
            if inside:
                yield index, opening, closing, inside
            index = bisect_right(starts, at - 1) - 1
            opening, closing = text_bounds(block, at, starts[index], starts[index + 1] - 1)
            inside = []
        inside.append((at - opening, detector))
    if inside:
        yield index, opening, closing, inside


def _hits(index: int, opening: int, speaker: Speaker | None, found: Iterable[_Found]) -> Iterable[Hit]:
    for each in found:
        if speaker in each.detector.speakers:
            yield Hit(index, each.detector.kind, opening, each.count, each.masked)


def _spans(detector: Detector, text: str, places: Iterable[int]) -> list[Span]:
    """The different things a detector finds, in their order."""
    return sorted({span for at in places if (span := detector.find(text, at))})
