r"""Where the texts stand in a block of lines, found without decoding them.

Most lines are plain: every message begins `"role":"…","content":"…"`. There a text is a stretch of the line's own
bytes, and all of them are found at once by their quotation marks. The other lines (several parts, tool calls, another
order, `\u` escapes) are decoded, and their texts written anew behind the block.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from msgspec.json import encode
from numpy.typing import NDArray

from shared.core.prepare.measure.example import messages_of, read_example, texts_of

type Bytes = NDArray[np.uint8]
type Numbers = NDArray[np.int64]
type Flags = NDArray[np.bool_]

SYSTEM, USER, ASSISTANT, TOOL = range(4)
ROLES = {"system": SYSTEM, "developer": SYSTEM, "user": USER, "assistant": ASSISTANT, "tool": TOOL, "function": TOOL}
BY_LETTER = {ord(role[0]): speaker for role, speaker in ROLES.items()}
SPEAKERS = np.array([BY_LETTER.get(letter, TOOL) for letter in range(256)])  #: the first letter tells the roles apart

PADDING = 64  #: zero bytes behind the texts, so that a window at the last one stays inside

QUOTE, BACKSLASH, COLON, COMMA, BLANK, CODE = b'"\\:, u'
ROLE = int.from_bytes(b'"role"', "little")
CONTENT = int.from_bytes(b'"content', "little")
LOWEST_48_BITS = np.uint64(2**48 - 1)


@dataclass(frozen=True)
class Texts:
    """The texts of a block, as JSON writes them between quotation marks.

    They are in the order of the buffer. A row's texts stand together in the order of the row; the rows may not.
    """

    buffer: Bytes  #: holds all texts, among other things; ends with `PADDING` zeros
    rows: int  #: lines of the block
    row: Numbers  #: of each text: its line in the block, from 0
    speaker: Numbers  #: of each text: `SYSTEM`, `USER`, `ASSISTANT` or `TOOL`
    start: Numbers  #: of each text, in the buffer
    stop: Numbers  #: likewise, exclusive

    @property
    def length(self) -> Numbers:
        """Bytes of each text."""
        return self.stop - self.start

    def chosen(self, choice: Flags | Numbers) -> "Texts":
        """Those of the texts."""
        return Texts(
            self.buffer, self.rows, self.row[choice], self.speaker[choice], self.start[choice], self.stop[choice]
        )

    def of(self, *speakers: int) -> "Texts":
        """The texts of these speakers."""
        is_wanted = np.zeros(len(ROLES), np.bool_)
        is_wanted[list(speakers)] = True
        return self.chosen(is_wanted[self.speaker])

    def pieces(self) -> Iterator[bytes]:
        """The texts themselves, as they are written."""
        whole = memoryview(self.buffer)
        return (
            whole[start:stop].tobytes() for start, stop in zip(self.start.tolist(), self.stop.tolist(), strict=True)
        )

    def first(self) -> "Texts":
        """The first text of each row that has one, by row."""
        return self.chosen(np.unique(self.row, return_index=True)[1])

    def last(self) -> "Texts":
        """The last text of each row that has one, by row."""
        return self.chosen(len(self.row) - 1 - np.unique(self.row[::-1], return_index=True)[1])

    def bytes_by_row(self) -> Numbers:
        """Bytes of the texts of each row."""
        return np.bincount(self.row, self.length, self.rows).astype(np.int64)


def find_texts(lines: Sequence[bytes]) -> Texts:
    """All texts of messages and tool calls. The lines are examples as the service takes them."""
    buffer = np.frombuffer(b"".join((*lines, bytes(PADDING))), np.uint8)
    ends = np.cumsum(np.fromiter(map(len, lines), np.int64, len(lines)))
    plain, is_plain = _plain(buffer, ends, *_strings(buffer))
    in_code = np.flatnonzero((buffer[:-1] == BACKSLASH) & (buffer[1:] == CODE))
    is_plain[np.searchsorted(ends, in_code, "right")] = False
    if is_plain.all():
        return plain
    others = np.flatnonzero(~is_plain).tolist()
    return _with_decoded(plain.chosen(is_plain[plain.row]), [(row, lines[row]) for row in others])


def characters(text: bytes) -> int:
    """Of a text as JSON writes it: an escape counts as one, and a piece of a character at an edge as none."""
    escapes = text.count(b"\\")
    return len(text.decode(errors="ignore")) - (escapes - text.count(b"\\\\") if escapes else 0)


def words(buffer: Bytes) -> NDArray[np.uint64]:
    """At each place, the eight bytes from there on."""
    return np.ndarray((len(buffer) - 7,), np.dtype("<u8"), buffer.data, strides=(1,))


def _strings(buffer: Bytes) -> tuple[Numbers, Numbers]:
    """Where strings open and close, at their quotation marks. In JSON those that are not escaped come in pairs."""
    quotes = np.flatnonzero(buffer == QUOTE)
    is_escaped = buffer[quotes - 1] == BACKSLASH
    is_doubtful = is_escaped & (buffer[quotes - 2] == BACKSLASH)
    if is_doubtful.any():
        backslashes = np.flatnonzero(buffer == BACKSLASH)
        run_starts = backslashes[np.diff(backslashes, prepend=-2) > 1]
        doubtful = quotes[is_doubtful]
        run_lengths = doubtful - run_starts[np.searchsorted(run_starts, doubtful) - 1]
        is_escaped[is_doubtful] = run_lengths % 2 == 1
    quotes = quotes[~is_escaped]
    return quotes[0::2], quotes[1::2]


def _follows(buffer: Bytes, sign: int, closed: Numbers, opened: Numbers) -> Flags:
    """Whether nothing but the sign, or the sign and a blank, stands between one string and the next."""
    has_blank = buffer[closed + 2] == BLANK
    return (buffer[closed + 1] == sign) & (opened == closed + 2 + has_blank)


def _plain(buffer: Bytes, ends: Numbers, opens: Numbers, closes: Numbers) -> tuple[Texts, Flags]:
    """The texts that stand in the usual order, and the rows that have no others."""
    eight = words(buffer)
    is_role = (eight[opens] & LOWEST_48_BITS == ROLE) & (buffer[closes + 1] == COLON)
    is_content = (eight[opens] == CONTENT) & (closes - opens == len("content") + 1)
    found = 3 + np.flatnonzero(
        is_role[:-3]
        & is_content[2:-1]
        & _follows(buffer, COMMA, closes[1:-2], opens[2:-1])
        & _follows(buffer, COLON, closes[2:-1], opens[3:])
    )
    row = np.searchsorted(ends, opens[found], "right")
    roles = np.bincount(np.searchsorted(ends, opens[is_role], "right"), minlength=len(ends))
    speaker = SPEAKERS[buffer[opens[found - 2] + 1]]
    texts = Texts(buffer, len(ends), row, speaker, opens[found] + 1, closes[found])
    return texts, roles == np.bincount(row, minlength=len(ends))


def _with_decoded(texts: Texts, lines: Sequence[tuple[int, bytes]]) -> Texts:
    """The texts, and those of some more rows."""
    more = [
        (row, ROLES.get(message.role, TOOL), encode(text)[1:-1])
        for row, line in lines
        for message in messages_of(read_example(line))
        for text in texts_of(message)
    ]
    rows, speakers, written = zip(*more, strict=True) if more else ((), (), ())
    stops = len(texts.buffer) - PADDING + np.cumsum(np.fromiter(map(len, written), np.int64, len(written)))
    starts = np.concatenate(([len(texts.buffer) - PADDING], stops[:-1])) if len(stops) else stops
    return Texts(
        np.concatenate((texts.buffer[:-PADDING], np.frombuffer(b"".join((*written, bytes(PADDING))), np.uint8))),
        texts.rows,
        np.concatenate((texts.row, np.array(rows, np.int64))),
        np.concatenate((texts.speaker, np.array(speakers, np.int64))),
        np.concatenate((texts.start, starts)),
        np.concatenate((texts.stop, stops)),
    )
