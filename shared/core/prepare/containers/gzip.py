"""Unpacking gzip as a stream, with an eye on files made to burst."""

import zlib
from collections.abc import Iterable, Iterator

from shared.core.prepare.containers.bursting import check_size
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

MAGIC = b"\x1f\x8b"
BLOCK_BYTES = 256 * 1024

IS_SOUND_GZIP = Rule(17, "gzip", "error", "pack the file again, once and whole, or drop it unpacked")


def is_gzip(head: bytes) -> bool:
    """Whether these first bytes of a file say so."""
    return head.startswith(MAGIC)


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The unpacked bytes in blocks. Raises `Unreadable` for damaged, cut, nested or bursting files."""
    packed = unpacked = 0
    stream = zlib.decompressobj(wbits=31)
    for chunk in chunks:
        packed += len(chunk)
        left = chunk
        while left or not stream.eof:
            if stream.eof:
                left = left.lstrip(b"\0")  # tools that write in fixed blocks pad with zeros
                stream = zlib.decompressobj(wbits=31) if left else stream
                continue
            try:
                block = stream.decompress(left, BLOCK_BYTES)
            except zlib.error as error:
                raise Unreadable(Fault(IS_SOUND_GZIP, "the gzip file is damaged")) from error
            left = stream.unused_data if stream.eof else stream.unconsumed_tail
            if not block and not left:
                break
            unpacked += len(block)
            check_size(packed, unpacked)
            yield block
    if not stream.eof:
        raise Unreadable(Fault(IS_SOUND_GZIP, "the gzip file is cut: it ends in the middle", "a whole file"))
