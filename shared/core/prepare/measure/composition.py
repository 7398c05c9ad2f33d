"""What the examples are made of: messages, roles, lengths. Rules 38 and 124."""

from dataclasses import dataclass, field

import numpy as np

from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.distribution import Distribution
from shared.core.prepare.measure.noted import FIRST, Noted, percent
from shared.core.prepare.measure.texts import ASSISTANT, SYSTEM, USER, Flags, Numbers, Texts, characters
from shared.core.prepare.rule import Rule

IS_SHORT = Rule(38, "short examples", "warning", "check that nothing was lost, or leave these examples out")
IS_LONG = Rule(38, "long examples", "info", "nothing to do if they are meant; long ones cost more, and may be cut")
HAS_ROLES = Rule(124, "roles", "info", "give every example the same system prompt, or none")

SHORT = 10  #: bytes of user and assistant together: then they are under 10 tokens, however they are counted
LONG = 10_000  #: characters of user and assistant together


@dataclass
class Composition:
    """Counted over a set, of blocks in the order of the file."""

    rows: int = 0
    without_system: int = 0
    without_user: int = 0
    messages: Distribution = field(default_factory=Distribution)  #: with something said, of an example
    text_bytes: Distribution = field(default_factory=Distribution)  #: of user and assistant, of an example
    reply_bytes: Distribution = field(default_factory=Distribution)  #: of all that the assistant says in an example
    short: list[int] = field(default_factory=list[int])  #: the first lines of those
    long: list[int] = field(default_factory=list[int])
    short_rows: int = 0
    long_rows: int = 0

    def add_block(self, texts: Texts, lines: Numbers) -> None:
        """Take the texts of a block, whose rows stand at these lines."""
        spoken, replies = texts.of(USER, ASSISTANT), texts.of(ASSISTANT)
        self.rows += texts.rows
        self.without_system += texts.rows - len(np.unique(texts.of(SYSTEM).row))
        self.without_user += texts.rows - len(np.unique(texts.of(USER).row))
        self.messages.add(np.bincount(texts.row, minlength=texts.rows))
        length = spoken.bytes_by_row()
        self.text_bytes.add(length)
        self.reply_bytes.add(replies.bytes_by_row())
        short, long = length < SHORT, _is_long(spoken, length)
        self.short_rows += int(np.count_nonzero(short))
        self.long_rows += int(np.count_nonzero(long))
        self.short = (self.short + lines[short].tolist())[:FIRST]
        self.long = (self.long + lines[long].tolist())[:FIRST]

    def merge(self, later: "Composition") -> None:
        """Take what was counted in other rows."""
        self.rows += later.rows
        self.without_system += later.without_system
        self.without_user += later.without_user
        self.messages.merge(later.messages)
        self.text_bytes.merge(later.text_bytes)
        self.reply_bytes.merge(later.reply_bytes)
        self.short_rows += later.short_rows
        self.long_rows += later.long_rows
        self.short = sorted(self.short + later.short)[:FIRST]
        self.long = sorted(self.long + later.long)[:FIRST]

    def faults(self) -> list[Noted]:
        """What is worth a look."""
        found: list[Noted] = []
        if self.short_rows:
            told = f"{percent(self.short_rows, self.rows)} of the examples are very short: under {SHORT} tokens"
            found.append(Noted(Fault(IS_SHORT, told), tuple(self.short)))
        if self.long_rows:
            told = f"{percent(self.long_rows, self.rows)} of the examples are very long: over {LONG:,} characters"
            found.append(Noted(Fault(IS_LONG, told), tuple(self.long)))
        if 0 < self.without_system < self.rows:
            told = f"{percent(self.without_system, self.rows)} of the examples have no system prompt, the others do"
            found.append(Noted(Fault(HAS_ROLES, told)))
        return found


def _is_long(spoken: Texts, length: Numbers) -> Flags:
    """Which rows have too many characters. Only those with as many bytes are looked at closely."""
    is_long = length > LONG
    doubtful = spoken.chosen(is_long[spoken.row])
    counts = np.fromiter(map(characters, doubtful.pieces()), np.int64, len(doubtful.row))
    return is_long & (np.bincount(doubtful.row, counts, spoken.rows) > LONG)
