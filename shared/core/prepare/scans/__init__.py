"""What should not be learnt, found in the texts of many rows at once."""

from shared.core.prepare.scans import (
    capitals,
    characters,
    contacts,
    identities,
    injections,
    leftovers,
    refusals,
    secrets,
    special_tokens,
)
from shared.core.prepare.scans.kind import Detector, Kind
from shared.core.prepare.scans.scanner import Hit, Scanner
from shared.core.prepare.scans.texts import place_of

__all__ = ["FOR_ALL", "FOR_RFT", "Detector", "Hit", "Kind", "Scanner", "place_of"]

FOR_ALL: tuple[Detector, ...] = (
    *special_tokens.DETECTORS,
    *refusals.DETECTORS,
    *leftovers.DETECTORS,
    *characters.DETECTORS,
    *capitals.DETECTORS,
    *contacts.DETECTORS,
    *identities.DETECTORS,
    *secrets.DETECTORS,
    *injections.DETECTORS,
)
FOR_RFT: tuple[Detector, ...] = (*FOR_ALL, *injections.FOR_RFT)
