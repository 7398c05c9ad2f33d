"""The files that go in and out: what they are called, and how they are measured on the way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from shared.core.prepare.report import Output

type SourcePart = Literal["train", "validation", "test", "whole"]

BLOCK_BYTES = 256 * 1024


class Opened(Protocol):
    """A dropped file that is read once, to the end."""

    def __iter__(self) -> Iterator[bytes]:
        """Its bytes in pieces of any size."""
        ...

    def digest(self) -> str:
        """The sha256 of the bytes that were read, in hexadecimal digits."""
        ...


@dataclass(frozen=True)
class Source:
    """A dropped file."""

    name: str  #: as messages call it
    part: SourcePart  #: 'whole': the only file there is, which is to be split
    open: Callable[[], Opened]  #: from the beginning, each time


class Sink(Protocol):
    """Where a file's bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...

    def digest(self) -> str:
        """The sha256 of the bytes that were taken, in hexadecimal digits."""
        ...


@dataclass(frozen=True)
class Outputs:
    """Where the prepared files go."""

    training: Sink
    validation: Sink
    test: Sink
    rejects: Sink
    usable: Sink | None = None  #: all examples, whatever their part, in the order of their rows


class Hashed:
    """Bytes that are hashed where they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            yield chunk

    def digest(self) -> str:
        """The sha256 of what has passed."""
        return self._digest.hexdigest()


class MeasuredInput:
    """The bytes of a dropped file, counted as they pass."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._chunks = iter(opened)
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.length += len(chunk)
            yield chunk

    def drain(self) -> str:
        """The sha256 of the whole file, what nobody has asked for included."""
        for _ in self:
            pass
        return self._opened.digest()


class LineFile:
    """A file of lines, written in blocks, and counted."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._rows = 0
        self._bytes = 0

    def add(self, line: bytes) -> None:
        """Write a line, given without its end."""
        self.extend((line,))

    def extend(self, lines: Sequence[bytes]) -> None:
        """Write lines, given without their ends."""
        self._rows += len(lines)
        self._waiting += lines
        self._waiting_bytes += sum(map(len, lines))
        if self._waiting_bytes >= BLOCK_BYTES:
            self._flush()

    def finish(self) -> Output:
        """Write what still waits, and tell what was written."""
        if self._waiting:
            self._flush()
        return Output(rows=self._rows, bytes=self._bytes, sha256=self._sink.digest())

    def _flush(self) -> None:
        self._waiting.append(b"")
        block = b"\n".join(self._waiting)
        self._sink.write(block)
        self._bytes += len(block)
        self._waiting, self._waiting_bytes = [], 0
