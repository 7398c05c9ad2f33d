"""A stream that an HTTP client can upload without holding it in memory."""

import io
from collections.abc import Iterable, Iterator


class SizedStream(io.RawIOBase):
    """Reads through chunks once, and knows its size.

    httpx2 sends a multipart file in pieces of 64 KiB, and asks it for its length by seeking to its end and back
    (httpx2 2.16, `peek_filelike_length`); without one it would send no Content-Length. Nothing else can be sought.
    """

    def __init__(self, chunks: Iterable[bytes], size: int) -> None:
        super().__init__()
        self._chunks: Iterator[bytes] = iter(chunks)
        self._size, self._position = size, 0
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # pyright: ignore[reportIncompatibleMethodOverride]  # its private Buffer type
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        self._position += count
        return count

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if (offset, whence) == (0, io.SEEK_END):
            return self._size
        if (offset, whence) != (self._position, io.SEEK_SET):
            raise io.UnsupportedOperation("a stream is read once, from its beginning")
        return self._position
