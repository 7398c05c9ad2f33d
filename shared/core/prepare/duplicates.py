"""Exact duplicates, within a file and between the files of a set.

Files are read test first, then validation, then training: an example that stands in two of them stays where it is held
back, and is left out of what is trained on. Otherwise the evaluation would ask for what was learnt by heart.
Only the hashes of the examples are kept: about 70 bytes for each.
"""

import xxhash

from shared.core.prepare.faults import Fault
from shared.core.prepare.files import SourcePart
from shared.core.prepare.rule import Rule

READING_ORDER: tuple[SourcePart, ...] = ("test", "validation", "train", "whole")

IS_NEW = Rule(120, "duplicates", "info", "nothing to do; weigh an example by repeating epochs, not rows")
IS_HELD_BACK = Rule(122, "leaks between files", "warning", "keep what is validated or tested out of the training file")

REPEATED = Fault(IS_NEW, "equal to an example before: left out")
LEAKED = {part: Fault(IS_HELD_BACK, f"equal to an example of the {part} file: left out here") for part in READING_ORDER}


def digest_of(line: bytes) -> bytes:
    """128 bits that stand for an example."""
    return xxhash.xxh3_128_digest(line)


class Seen:
    """The examples so far, by the part of the set they came with."""

    def __init__(self) -> None:
        self._now: set[bytes] = set()
        self._before: list[tuple[SourcePart, set[bytes]]] = []

    def add(self, digest: bytes) -> Fault | None:
        """Remember an example of the present part; or say that it was there before, and where."""
        if digest in self._now:
            return REPEATED
        for part, digests in self._before:
            if digest in digests:
                return LEAKED[part]
        self._now.add(digest)
        return None

    def end_part(self, part: SourcePart) -> None:
        """What comes next belongs to another part."""
        if self._now:
            self._before.append((part, self._now))
        self._now = set()
