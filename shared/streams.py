"""Reading ahead and writing behind: so that download, work and upload of a large file go on at the same time.

Each file has a thread of its own, which also hashes it; at most `DEPTH` pieces wait between it and who uses them. It
works in a copy of the caller's context: what it does belongs to the caller's trace.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from contextvars import copy_context
from hashlib import sha256
from typing import Protocol, Self

DEPTH = 4
PIECE_BYTES = 2 * 1024 * 1024  #: that are written at once: work goes on while a block of that order is uploaded


class Writer(Protocol):
    """Takes a file's bytes."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


class ReadAhead:
    """A file that is read once, some pieces ahead. Errors of the reading are raised where its pieces are asked for.

    Nothing more is read, and the thread is over, when the `with` block ends or the last piece was given.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._digest = sha256()
        self._thread = ThreadPoolExecutor(1)
        self._context = copy_context()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def __iter__(self) -> Iterator[bytes]:
        with self:
            ahead = deque(self._thread.submit(self._context.run, self._next) for _ in range(DEPTH))
            while (chunk := ahead.popleft().result()) is not None:
                ahead.append(self._thread.submit(self._context.run, self._next))
                yield chunk

    def digest(self) -> str:
        """The sha256 of what was read, in hexadecimal digits."""
        return self._digest.hexdigest()

    def _next(self) -> bytes | None:
        chunk = next(self._chunks, None)
        if chunk is not None:
            self._digest.update(chunk)
        return chunk


class WriteBehind:
    """A file that is written some pieces behind. Errors of the writing are raised by a later call.

    What still waits when the `with` block ends is written, or given up if the block ends with an error.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._digest = sha256()
        self._piece: list[bytes] = []
        self._piece_bytes = 0
        self._behind: deque[Future[None]] = deque()
        self._thread = ThreadPoolExecutor(1)
        self._context = copy_context()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error: object, *_more: object) -> None:
        try:
            if error is None:
                self._write_all()
        finally:
            self._thread.shutdown(cancel_futures=True)

    def write(self, data: bytes, /) -> None:
        """Have these bytes written soon."""
        self._piece.append(data)
        self._piece_bytes += len(data)
        if self._piece_bytes >= PIECE_BYTES:
            self._hand_over()

    def digest(self) -> str:
        """The sha256 of what was written, in hexadecimal digits; waits until all is."""
        self._write_all()
        return self._digest.hexdigest()

    def _write_all(self) -> None:
        if self._piece:
            self._hand_over()
        while self._behind:
            self._behind.popleft().result()

    def _hand_over(self) -> None:
        if len(self._behind) >= DEPTH:
            self._behind.popleft().result()
        self._behind.append(self._thread.submit(self._context.run, self._write, b"".join(self._piece)))
        self._piece, self._piece_bytes = [], 0

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._writer.write(data)


def write_behind(stack: ExitStack, writers: Iterable[Writer]) -> list[WriteBehind]:
    """The same files, written behind until the stack is left."""
    return [stack.enter_context(WriteBehind(writer)) for writer in writers]
