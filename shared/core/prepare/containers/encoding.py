"""Text as UTF-8 without a byte order mark, whatever mark it begins with."""

import codecs
from collections.abc import Iterable, Iterator

from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

IS_UTF8 = Rule(5, "UTF-8", "error", "save the file as UTF-8")
WAS_CONVERTED = Rule(5, "UTF-8", "info", "nothing to do; UTF-8 is the encoding to prefer")
LINE_ENDS = Rule(6, "line ends", "info", "nothing to do")

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
UTF16_SHAPES = (b"{\0", b"\0{", b"[\0", b"\0[")

MARK_REMOVED = Fault(WAS_CONVERTED, "the byte order mark at the beginning was removed")
FROM_UTF16 = Fault(WAS_CONVERTED, "the file was converted from UTF-16")
LINE_ENDS_CHANGED = Fault(LINE_ENDS, "lone carriage returns were read as line ends")


def as_utf8(head: bytes, chunks: Iterator[bytes]) -> tuple[Iterator[bytes], list[Fault]]:
    """The text as UTF-8, and what was done to it. `chunks` begins with `head`. Raises `Unreadable`."""
    if head.startswith(UTF32_MARKS):
        raise Unreadable(Fault(IS_UTF8, "the file is UTF-32", "UTF-8"))
    if head.startswith(UTF16_MARKS):
        return _from_utf16(chunks), [FROM_UTF16]
    if head.startswith(UTF16_SHAPES):
        raise Unreadable(Fault(IS_UTF8, "the file looks like UTF-16 without a byte order mark", "UTF-8"))
    if head.startswith(codecs.BOM_UTF8):
        return _without_mark(chunks), [MARK_REMOVED]
    return chunks, []


def with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A text whose lines end in carriage returns only, with newlines in their place."""
    return (chunk.replace(b"\r", b"\n") for chunk in chunks)


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield next(chunks).removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _from_utf16(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    read = 0
    try:
        for chunk in chunks:
            read += len(chunk)
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        offset = read - len(error.object) + error.start
        reason = f"marked as UTF-16 (ff fe or fe ff), but neither that nor UTF-8: byte offset {offset}"
        raise Unreadable(Fault(IS_UTF8, reason, "UTF-8")) from error
