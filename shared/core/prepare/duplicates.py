"""Exact duplicates, within a file and between the files of a set.

Files are read test first, then validation, then training: an example that stands in two of them stays where it is held
back, and is left out of what is trained on. Otherwise the evaluation would ask for what was learnt by heart.
Only 64 bits of each example are kept: two of a million different ones are taken for equal once in 30 million sets.
"""

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from shared.core.prepare.faults import Fault
from shared.core.prepare.files import SourcePart
from shared.core.prepare.measure.sampling import keys_of
from shared.core.prepare.rule import Rule

READING_ORDER: tuple[SourcePart, ...] = ("test", "validation", "train", "whole")

MOST_RECENT = 50_000  #: examples in a Python set, at 60 bytes each; the others take 8 bytes
LARGER = 2  #: how many times, at least, an older run is larger than the next

IS_NEW = Rule(120, "duplicates", "info", "nothing to do; weigh an example by repeating epochs, not rows")
IS_HELD_BACK = Rule(122, "leaks between files", "warning", "keep what is validated or tested out of the training file")

REPEATED = Fault(IS_NEW, "equal to an example before: left out")
LEAKED = {part: Fault(IS_HELD_BACK, f"equal to an example of the {part} file: left out here") for part in READING_ORDER}

type Keys = NDArray[np.uint64]


def digest_of(line: bytes) -> bytes:
    """128 bits that stand for an example."""
    return xxhash.xxh3_128_digest(line)


class KeySet:
    """A set that grows: the recent keys in a Python set, the others in a few sorted runs."""

    def __init__(self) -> None:
        self.recent: set[int] = set()
        self._runs: list[Keys] = []

    def __bool__(self) -> bool:
        return bool(self.recent or self._runs)

    def in_runs(self, keys: Keys) -> NDArray[np.bool_]:
        """Which keys are there, the recent ones not counted."""
        found = np.zeros(len(keys), np.bool)
        for run in self._runs:
            places = np.searchsorted(run, keys)
            found |= run[np.minimum(places, len(run) - 1)] == keys
        return found

    def settle(self) -> None:
        """Make a run of the recent keys, if they are many."""
        if len(self.recent) < MOST_RECENT:
            return
        run = np.sort(np.fromiter(self.recent, np.uint64, len(self.recent)))
        self.recent = set()
        while self._runs and len(self._runs[-1]) < LARGER * len(run):
            run = np.sort(np.concatenate((self._runs.pop(), run)), kind="stable")
        self._runs.append(run)


class Seen:
    """The examples so far, by the part of the set they came with."""

    def __init__(self) -> None:
        self._now = KeySet()
        self._before: list[tuple[SourcePart, KeySet]] = []

    def add(self, digests: Sequence[bytes]) -> list[Fault | None]:
        """Remember examples of the present part; of each that was there before, say so, and where."""
        keys = keys_of(digests)
        numbers = keys.tolist()
        faults: list[Fault | None] = [None] * len(numbers)
        for part, known in self._before:
            for index in _found(known, keys, numbers):
                faults[index] = LEAKED[part]
        was_here = self._now.in_runs(keys).tolist()
        recent = self._now.recent
        for index, number in enumerate(numbers):
            if was_here[index] or number in recent:
                faults[index] = REPEATED
            elif faults[index] is None:
                recent.add(number)
        self._now.settle()
        return faults

    def end_part(self, part: SourcePart) -> None:
        """What comes next belongs to another part."""
        if self._now:
            self._before.append((part, self._now))
        self._now = KeySet()


def _found(known: KeySet, keys: Keys, numbers: Sequence[int]) -> list[int]:
    in_runs = known.in_runs(keys).tolist()
    return [index for index, number in enumerate(numbers) if in_runs[index] or number in known.recent]
