"""Bytes in any pieces to physical lines. Only a newline ends a line: U+2028 and its like belong to the text."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.core.prepare.containers.record import KEPT_OF_TOO_LONG, MAX_ROW_BYTES

PIECE_BYTES = 1024 * 1024


class TooLong(NamedTuple):
    """What was kept of a line that is not held in memory."""

    beginning: bytes


class Held:
    """Pieces of something unfinished, of which at most `MAX_ROW_BYTES` are held."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def add(self, piece: bytes) -> None:
        """Hold one more piece, or count it only."""
        fitted = self._length <= MAX_ROW_BYTES
        self._length += len(piece)
        if self._length <= MAX_ROW_BYTES:
            self._pieces.append(piece)
        elif fitted:
            self._pieces = [b"".join([*self._pieces, piece])[:KEPT_OF_TOO_LONG]]

    def take(self) -> bytes | TooLong:
        """All that was held; nothing is held any more."""
        whole, is_too_long = b"".join(self._pieces), self._length > MAX_ROW_BYTES
        self._pieces, self._length = [], 0
        return TooLong(whole) if is_too_long else whole

    def __bool__(self) -> bool:
        return self._length > 0


def lines(chunks: Iterable[bytes]) -> Iterator[bytes | TooLong]:
    """Physical lines without their newlines. The last one need not have any."""
    held = Held()
    for piece in pieces(chunks):
        first, *others = piece.split(b"\n")
        held.add(first)
        if others:
            yield held.take()
            held.add(others.pop())
            yield from others
    if held:
        yield held.take()


def pieces(chunks: Iterable[bytes], most: int = PIECE_BYTES) -> Iterator[bytes]:
    """The same bytes in pieces that are not too large to take apart at once."""
    for chunk in chunks:
        if 0 < len(chunk) <= most:
            yield chunk
        else:
            yield from (chunk[start : start + most] for start in range(0, len(chunk), most))


def even_pieces(chunks: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same bytes in pieces of this length, but for the last: whatever the chunks were, the pieces are the same."""
    waiting: list[bytes] = []
    missing = length
    for chunk in chunks:
        start = 0
        while len(chunk) - start >= missing:
            yield b"".join((*waiting, memoryview(chunk)[start : start + missing]))
            start, missing, waiting = start + missing, length, []
        waiting.append(chunk[start:])
        missing -= len(chunk) - start
    if last := b"".join(waiting):
        yield last
