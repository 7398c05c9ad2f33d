"""A short signature of each example, by which nearly equal ones are told: rules 121 and 122.

One-permutation MinHash over windows of bytes, which needs neither words nor blanks and so takes every script alike.
Only what user and assistant say is signed: a system prompt that all rows share makes no two of them similar, nor do the
names of fields. The windows are drawn by their bytes, not by their place, hence the same ones in a text and in its
copy with a word changed; a long text gives as many as a short one.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.core.prepare.measure.texts import ASSISTANT, USER, Bytes, Numbers, Texts, words

BIN_BITS = 6
BINS = 1 << BIN_BITS  #: bytes of a signature
WINDOW = 16  #: bytes that are compared as one: three words, or five Chinese characters
DRAWN = 160  #: windows of a row, about: then nine bins of ten are filled
LEAST_BINS = 32  #: filled; a text with fewer (under 60 bytes or so) is too short to be called nearly equal

LOWER = np.uint8(0x20)  #: set in each byte: capital and small letters of the Latin alphabet count as equal
EVERY = 255  #: a threshold that draws nearly every window
DRAW = tuple((width, np.uint8(factor)) for width, factor in ((1, 37), (2, 91), (4, 151), (8, 229)))
MIX = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xFF51AFD7ED558CCD))
LOWER_BITS = np.uint32(0xFFFFFF)
EMPTY = np.uint32(2**32 - 1)  #: of a bin that no window fell into


class Signatures(NamedTuple):
    """What is kept of a block."""

    values: Bytes  #: rows x BINS: 1 to 255, or 0 for a bin without a window
    is_judged: NDArray[np.bool_]  #: of each row: whether there is enough text


def sign(texts: Texts) -> Signatures:
    """The signatures of a block."""
    spoken = texts.of(USER, ASSISTANT)
    folded = texts.buffer | LOWER
    at, row, draw = _drawn(folded, spoken)
    mixed = _mixed(words(folded), at)
    place = row * BINS + (mixed >> np.uint64(64 - BIN_BITS)).view(np.int64)
    value = (mixed >> np.uint64(16)).astype(np.uint32) & LOWER_BITS | draw.astype(np.uint32) << np.uint32(24)
    lowest = np.full(texts.rows * BINS, EMPTY, np.uint32)
    np.minimum.at(lowest, place, value)
    kept = np.where(lowest == EMPTY, 0, 1 + (lowest & LOWER_BITS) % 255).astype(np.uint8).reshape(texts.rows, BINS)
    return Signatures(kept, np.count_nonzero(kept, axis=1) >= LEAST_BINS)


def _drawn(folded: Bytes, spoken: Texts) -> tuple[Numbers, Numbers, Bytes]:
    """Where the drawn windows begin, their rows, and the byte that they were drawn by.

    The byte comes first in a window's value. So it does not matter that a longer text draws fewer: its lowest values
    are among them.
    """
    wanted = np.clip(256 * DRAWN // np.maximum(spoken.bytes_by_row(), 1), 1, EVERY)
    limit = _limits(spoken, wanted, len(folded))
    draw = _draw(folded)
    at = np.flatnonzero(draw < limit[: len(draw)])
    row = np.repeat(spoken.row, np.diff(np.searchsorted(at, spoken.start), append=len(at)))
    return at, row, draw[at]


def _draw(folded: Bytes) -> Bytes:
    """A byte for each place, from the window that begins there: each step takes in twice as many bytes."""
    draw = folded
    for width, factor in DRAW:
        size = len(draw) - width
        following = draw[width:]
        draw = draw[:size] * factor
        draw += following
    return draw


def _limits(spoken: Texts, wanted: Numbers, size: int) -> Bytes:
    """Below what a window is drawn, for each place in the buffer: 0 where no window of a text begins."""
    places = np.maximum(spoken.length - WINDOW + 1, 0)
    edges = np.stack((spoken.start, spoken.start + places), axis=1).ravel()
    limits = np.zeros(2 * len(places) + 1, np.uint8)
    limits[1::2] = wanted[spoken.row]
    return np.repeat(limits, np.diff(edges, prepend=0, append=size))


def _mixed(eight: NDArray[np.uint64], at: Numbers) -> NDArray[np.uint64]:
    """64 bits that stand for each window."""
    mixed, second = eight[at], eight[8:][at]
    mixed *= MIX[0]
    second *= MIX[1]
    mixed ^= second
    mixed ^= mixed >> np.uint64(29)
    mixed *= MIX[2]
    return mixed
