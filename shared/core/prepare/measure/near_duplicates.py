"""Which examples nearly equal an earlier one, within a part of the set and across: rules 121 and 122.

The examples come in the order of the rows, as signatures. Memory is bounded: the first `MOST` that are long enough to
be judged are remembered (32 bytes each, and 16 MB to find them by), all others are compared with those.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.core.prepare.chat import Part
from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.signatures import BINS, Signatures
from shared.core.prepare.measure.texts import Bytes, Flags, Numbers
from shared.core.prepare.rule import Rule

MOST = 500_000  #: remembered; with the table of bands 37 MB
ALIKE = 0.8  #: share of the windows of both that both have, from which on two examples are nearly equal

BATCH = 256  #: examples that are judged together, so that what they share is known first
COMMON_SHARE = 0.1  #: a value that more of all examples have is their template, and makes no two of them alike
COMMON_LEAST = 12  #: and at least so many
ENOUGH_COMPARED = 16  #: bins besides the template; with fewer, all must agree
LEAST_COMPARED = 6  #: with fewer, two examples are not called nearly equal

BANDS, BAND_WIDTH = 10, 6  #: bins that must agree for two examples to be compared: .95 of pairs that are 0.8 alike are
SLOT_BITS = 22
MIX = np.uint64(0x9E3779B97F4A7C15)

LEVELS = 15  #: of a stored bin: half a byte, 0 for an empty one
BY_CHANCE = 1 / LEVELS  #: two different bins agree

IS_NEW = Rule(121, "near duplicates", "warning", "keep the better one of two, if the difference teaches nothing")
IS_HELD_BACK = Rule(122, "leaks between files", "warning", "keep what is validated or tested out of the training file")

PARTS: tuple[Part, ...] = ("train", "validation", "test")


class Near(NamedTuple):
    """An example that nearly equals an earlier one."""

    part: Part
    place: int  #: where it stands, as it was given
    earlier_part: Part
    earlier_place: int
    alike: float  #: estimated share of what both have in common, 0 to 1

    @property
    def fault(self) -> Fault:
        """What to say about it."""
        if self.part == self.earlier_part:
            return Fault(IS_NEW, "nearly equal to an example before")
        return Fault(IS_HELD_BACK, f"nearly equal to an example of the {self.earlier_part} file")


EXAMPLE = np.dtype([("values", "u1", BINS), ("part", "u1"), ("place", "<i8"), ("row", "<i8")])
type Examples = NDArray[np.void]  #: of `EXAMPLE`; long enough to be judged


class NearDuplicates:
    """The examples so far."""

    def __init__(self) -> None:
        self._halves = np.zeros((MOST, BINS // 2), np.uint8)  # the system gives the memory as rows are written
        self._parts = np.zeros(MOST, np.uint8)
        self._places = np.zeros(MOST, np.int64)
        self._slots = np.zeros(1 << SLOT_BITS, np.uint32)  # number of an example, from 1
        self._counts = np.zeros((BINS, 256), np.int64)  # examples with this value in this bin
        self._rows = self._judged = self._kept = 0
        self._waiting: Examples = np.zeros(0, EXAMPLE)

    @property
    def is_complete(self) -> bool:
        """Whether every example was compared with all before it that are long enough."""
        return self._judged <= MOST

    @property
    def answered(self) -> int:
        """For how many rows, from the first on, the answers are complete."""
        return int(self._waiting["row"][0]) if len(self._waiting) else self._rows

    def add(self, signatures: Signatures, parts: Bytes, places: Numbers) -> list[Near]:
        """Take a block. Answers to its rows may come with a later one, or with `finish`: see `answered`.

        Each row has its part of the set, as its number in `PARTS`, and a place by which the caller finds it again.
        """
        examples = np.zeros(len(places), EXAMPLE)
        examples["values"] = signatures.values
        examples["part"] = parts
        examples["place"] = places
        examples["row"] = np.arange(self._rows, self._rows + len(places))
        self._rows += len(places)
        waiting = np.concatenate((self._waiting, examples[signatures.is_judged]))
        whole = len(waiting) // BATCH * BATCH
        self._waiting = waiting[whole:]
        batches = (waiting[begin : begin + BATCH] for begin in range(0, whole, BATCH))
        return [near for batch in batches for near in self._judge(batch)]

    def finish(self) -> list[Near]:
        """The answers that are still missing. Nothing can be added afterwards."""
        waiting, self._waiting = self._waiting, self._waiting[:0]
        return self._judge(waiting)

    def _judge(self, batch: Examples) -> list[Near]:
        self._judged += len(batch)
        values, bins = batch["values"], np.arange(BINS)
        self._counts += np.bincount((bins * 256 + values).ravel(), minlength=BINS * 256).reshape(BINS, 256)
        is_template = self._counts > max(COMMON_LEAST, COMMON_SHARE * self._judged)
        is_telling = ~is_template[bins, values]
        slots, is_used = _bands(values, is_telling & (values > 0))
        first = self._kept
        self._keep(batch, slots, is_used)
        earlier = self._slots[slots].astype(np.int64) - 1
        own = np.arange(first, first + len(batch))[:, None]
        row, band = np.nonzero(is_used & (earlier >= 0) & (earlier < own))
        return self._nearest(batch, is_telling, row, earlier[row, band])

    def _keep(self, batch: Examples, slots: Numbers, is_used: Flags) -> None:
        """Remember the examples, as far as there is room; of equal bands the earliest stays."""
        count = min(len(batch), MOST - self._kept)
        kept, batch = slice(self._kept, self._kept + count), batch[:count]
        self._halves[kept] = _packed(_levels(batch["values"]))
        self._parts[kept], self._places[kept] = batch["part"], batch["place"]
        number = np.arange(kept.start, kept.stop, dtype=np.uint32)[:, None] + np.uint32(1)
        is_free = is_used[:count] & (self._slots[slots[:count]] == 0)
        taken, by = slots[:count][is_free], np.broadcast_to(number, is_free.shape)[is_free]
        self._slots[taken[::-1]] = by[::-1]  # of several for one slot the last that is written stays
        self._kept += count

    def _nearest(self, batch: Examples, is_telling: Flags, row: Numbers, earlier: Numbers) -> list[Near]:
        """For each row the most similar of the candidates, if it is similar enough."""
        alike = _alike(_levels(batch["values"][row]), _unpacked(self._halves[earlier]), is_telling[row])
        order = np.lexsort((earlier, -alike, row))
        best = order[np.unique(row[order], return_index=True)[1]]
        return [
            Near(
                part=PARTS[batch["part"][row[at]]],
                place=int(batch["place"][row[at]]),
                earlier_part=PARTS[self._parts[earlier[at]]],
                earlier_place=int(self._places[earlier[at]]),
                alike=float(alike[at]),
            )
            for at in best[alike[best] >= ALIKE].tolist()
        ]


def _bands(values: Bytes, is_telling: Flags) -> tuple[Numbers, Flags]:
    """The slots by which each example is found, and which of them tell it from others."""
    rows, used = len(values), BANDS * BAND_WIDTH
    keys = np.zeros((rows, BANDS, 8), np.uint8)
    keys[:, :, :BAND_WIDTH] = values[:, :used].reshape(rows, BANDS, BAND_WIDTH)
    keys[:, :, BAND_WIDTH] = np.arange(BANDS)
    mixed = keys.view("<u8")[:, :, 0] * MIX
    mixed ^= mixed >> np.uint64(32)
    slots = (mixed * MIX >> np.uint64(64 - SLOT_BITS)).astype(np.int64)
    return slots, is_telling[:, :used].reshape(rows, BANDS, BAND_WIDTH).any(axis=2)


def _levels(values: Bytes) -> Bytes:
    """Values in half a byte."""
    return np.where(values > 0, 1 + values % LEVELS, 0).astype(np.uint8)


def _packed(levels: Bytes) -> Bytes:
    return levels[:, : BINS // 2] << np.uint8(4) | levels[:, BINS // 2 :]


def _unpacked(halves: Bytes) -> Bytes:
    return np.concatenate((halves >> np.uint8(4), halves & np.uint8(15)), axis=1)


def _alike(one: Bytes, other: Bytes, is_telling: Flags) -> NDArray[np.float64]:
    """The estimated similarity of pairs; 0 where there is too little to compare."""
    is_compared = (one | other > 0) & is_telling
    compared = np.count_nonzero(is_compared, axis=1)
    agree = np.count_nonzero(is_compared & (one == other), axis=1) / np.maximum(compared, 1)
    alike = np.where(compared < LEAST_COMPARED, 0, (agree - BY_CHANCE) / (1 - BY_CHANCE))
    return np.where((compared < ENOUGH_COMPARED) & (agree < 1), 0, alike)
