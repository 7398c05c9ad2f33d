"""Text as UTF-8 without a byte order mark, whatever it was written as."""

import codecs
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from shared.core.prepare.containers.legacy import Guess, guess_encoding
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.rule import Rule

SAMPLE_BYTES = 1024 * 1024  #: by which the encoding of a whole file is told
LOOK_LIKE_JSON = (b"{", b"[")
FEW_PLACES = 8  #: of JSON that are not UTF-8: more likely damaged rows than another encoding

IS_UTF8 = Rule(5, "UTF-8", "error", "save the file as UTF-8")
WAS_CONVERTED = Rule(5, "UTF-8", "info", "nothing to do; UTF-8 is the encoding to prefer")
WAS_GUESSED = Rule(5, "UTF-8", "warning", "look whether letters with accents are right; if not, save the file as UTF-8")
LINE_ENDS = Rule(6, "line ends", "info", "nothing to do")

UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

MARK_REMOVED = Fault(WAS_CONVERTED, "the byte order mark at the beginning was removed")
FROM_UTF16 = Fault(WAS_CONVERTED, "the file was converted from UTF-16")
FROM_UNMARKED_UTF16 = Fault(WAS_CONVERTED, "the file was converted from UTF-16, which it is without a byte order mark")
LINE_ENDS_CHANGED = Fault(LINE_ENDS, "lone carriage returns were read as line ends")

type AsUtf8 = tuple[Iterator[bytes], list[Fault]]


def as_utf8(head: bytes, chunks: Iterator[bytes]) -> AsUtf8:
    """The text as UTF-8, and what was done to it. `chunks` begins with `head`. Raises `Unreadable`."""
    if head.startswith(UTF32_MARKS):
        raise Unreadable(Fault(IS_UTF8, "the file is UTF-32", "UTF-8"))
    if head.startswith(UTF16_MARKS):
        return _decoded(chunks, "utf-16", "marked as UTF-16 (ff fe or fe ff), but neither that nor UTF-8"), [FROM_UTF16]
    if unmarked := _unmarked_utf16(head):
        reason = "it begins as UTF-16 without a byte order mark, but is not"
        return _decoded(chunks, unmarked, reason), [FROM_UNMARKED_UTF16]
    if head.startswith(codecs.BOM_UTF8):
        return _without_mark(chunks), [MARK_REMOVED]
    return _from_legacy(head, chunks)


def with_newlines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A text whose lines end in carriage returns only, with newlines in their place."""
    return (chunk.replace(b"\r", b"\n") for chunk in chunks)


def _unmarked_utf16(head: bytes) -> str | None:
    """The byte order, if the text begins with two ASCII characters of two bytes each, and may well go on so."""
    first = head[:4]
    if len(first) < 4 or first.count(0) != 2:  # noqa: PLR2004 - two characters of two bytes
        return None
    if not first[1] and not first[3]:
        return "utf-16-le"
    return "utf-16-be" if not first[0] and not first[2] else None


def _from_legacy(head: bytes, chunks: Iterator[bytes]) -> AsUtf8:
    """The text from an encoding older than UTF-8, if it is one beyond doubt."""
    damage = _damage(head)
    if damage is None:
        return chunks, []
    is_json = head.lstrip().startswith(LOOK_LIKE_JSON)
    guess = None if is_json and damage.places < FEW_PLACES else guess_encoding(head)
    if guess:
        reason = f"it seems to be {guess.name}, but is not"
        return _decoded(chunks, guess.codec, reason), [_guessed(guess)]
    if is_json:
        return chunks, []
    reason = f"the file is not UTF-8, and no other encoding fits: byte offset {damage.first}"
    raise Unreadable(Fault(IS_UTF8, reason, "UTF-8"))


def _guessed(guess: Guess) -> Fault:
    return Fault(WAS_GUESSED, f"the file is not UTF-8; it was converted from {guess.name}, which it most likely is")


class _Damage(NamedTuple):
    first: int  #: byte offset
    places: int


def _damage(head: bytes) -> _Damage | None:
    """What keeps a text from being UTF-8, unless most of its characters beyond ASCII are."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        text = codecs.getincrementaldecoder("utf-8")("replace").decode(head)
        places = text.count("\ufffd") - head.count("\ufffd".encode())
        sound = sum(not sign.isascii() for sign in text) - places
        return _Damage(error.start, places) if places > sound else None
    return None


def _without_mark(chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield next(chunks).removeprefix(codecs.BOM_UTF8)
    yield from chunks


def _decoded(chunks: Iterable[bytes], codec: str, reason: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)()
    read = 0
    try:
        for chunk in chunks:
            read += len(chunk)
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeDecodeError as error:
        offset = read - len(error.object) + error.start
        raise Unreadable(Fault(IS_UTF8, f"{reason}: byte offset {offset}", "UTF-8")) from error
