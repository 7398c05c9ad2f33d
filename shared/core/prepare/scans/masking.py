"""Texts of a dataset, made fit to be shown: secrets and personal data in them are masked."""

from collections.abc import Iterable

import hyperscan

from shared.core.prepare.scans import contacts, identities, secrets
from shared.core.prepare.scans.kind import Detector, Span, no_mask
from shared.core.prepare.scans.scanner import candidates_in, compiled

MASKED: tuple[Detector, ...] = tuple(
    detector
    for detector in (*secrets.DETECTORS, *contacts.DETECTORS, *identities.DETECTORS)
    if detector.mask is not no_mask
)


class Masker:
    """Masks what its detectors find."""

    def __init__(self, detectors: tuple[Detector, ...] = MASKED) -> None:
        self._detectors = detectors
        self._patterns = compiled(detectors)
        self._scratch = hyperscan.Scratch(self._patterns.database)

    def masked(self, text: str) -> str:
        """The text, with each value that is found cut down to its first and last character."""
        written = text.encode(errors="replace")
        parts: list[str] = []
        shown = 0
        for (start, end), detector in _apart(self._spans(text, written)):
            parts += (text[shown:start], detector.mask(text[start:end]))
            shown = end
        return "".join((*parts, text[shown:]))

    def _spans(self, text: str, written: bytes) -> Iterable[tuple[Span, Detector]]:
        for end, number in candidates_in(self._patterns, written, self._scratch):
            detector = self._detectors[number]
            if span := detector.find(text, len(written[:end].decode(errors="ignore"))):
                yield span, detector


def _apart(spans: Iterable[tuple[Span, Detector]]) -> Iterable[tuple[Span, Detector]]:
    """The spans in their order, without those that begin inside another."""
    last = 0
    for (start, end), detector in sorted(spans, key=lambda found: found[0]):
        if start >= last:
            yield (start, end), detector
            last = end
