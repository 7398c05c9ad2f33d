"""The files that go in and out: what they are called, and how they are measured on the way."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, Protocol

from shared.core.prepare.report import Output

type SourcePart = Literal["train", "validation", "test", "whole"]

BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True)
class Source:
    """A dropped file."""

    name: str  #: as messages call it
    part: SourcePart  #: 'whole': the only file there is, which is to be split
    open: Callable[[], Iterable[bytes]]  #: its bytes from the beginning, in pieces of any size


class Sink(Protocol):
    """Where a file's bytes go."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


@dataclass(frozen=True)
class Outputs:
    """Where the prepared files go."""

    training: Sink
    validation: Sink
    test: Sink
    rejects: Sink


class MeasuredInput:
    """The bytes of a dropped file, counted and hashed as they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._digest = sha256()
        self.length = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.length += len(chunk)
            yield chunk

    def drain(self) -> str:
        """The sha256 of the whole file, what nobody has asked for included."""
        for _ in self:
            pass
        return self._digest.hexdigest()


class LineFile:
    """A file of lines, written in blocks, counted and hashed."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._digest = sha256()
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._rows = 0
        self._bytes = 0

    def add(self, line: bytes) -> None:
        """Write a line, given without its end."""
        self._waiting.append(line)
        self._waiting_bytes += len(line)
        self._rows += 1
        if self._waiting_bytes >= BLOCK_BYTES:
            self._flush()

    def finish(self) -> Output:
        """Write what still waits, and tell what was written."""
        if self._waiting:
            self._flush()
        return Output(rows=self._rows, bytes=self._bytes, sha256=self._digest.hexdigest())

    def _flush(self) -> None:
        self._waiting.append(b"")
        block = b"\n".join(self._waiting)
        self._digest.update(block)
        self._sink.write(block)
        self._bytes += len(block)
        self._waiting, self._waiting_bytes = [], 0
