"""What all prompts, and what all replies, begin or end with: rule 125."""

from dataclasses import dataclass, field

from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.noted import Noted
from shared.core.prepare.measure.texts import ASSISTANT, USER, Texts, characters
from shared.core.prepare.rule import Rule

IS_SHARED = Rule(
    125,
    "shared beginnings and ends",
    "info",
    "put what all prompts share into a system prompt, and leave out what only marks where a text ends",
)

MOST_BYTES = 512  #: of a beginning or an end that are looked at
LEAST_CHARACTERS = 12  #: that are worth a word; fewer may be shared by grammar or by chance
LEAST_TEXTS = 10


@dataclass
class Edges:
    """What some texts have in common at both ends, in bytes as JSON writes them."""

    count: int = 0
    example: bytes = b""  #: the first text
    beginning: bytes = b""
    end: bytes = b""
    differ: bool = False  #: whether the texts are not all the same

    def add(self, texts: Texts) -> None:
        """Take some texts. Once nothing is common to all, they are but counted."""
        if not self.count or self.beginning or self.end or not self.differ:
            for text in texts.pieces():
                self._narrow(text, text[:MOST_BYTES], text[-MOST_BYTES:])
                self.count += 1
        else:
            self.count += len(texts.row)

    def merge(self, other: "Edges") -> None:
        """Take all texts of another."""
        if other.count:
            self._narrow(other.example, other.beginning, other.end)
            self.differ |= other.differ
            self.count += other.count

    def _narrow(self, example: bytes, beginning: bytes, end: bytes) -> None:
        if not self.count:
            self.example, self.beginning, self.end = example, beginning, end
        self.differ = self.differ or example != self.example
        while not beginning.startswith(self.beginning):
            self.beginning = self.beginning[:-1]
        while not end.endswith(self.end):
            self.end = self.end[1:]


@dataclass
class Affixes:
    """Of the first prompts and the last replies of a set. The order of its blocks does not matter."""

    prompts: Edges = field(default_factory=Edges)
    replies: Edges = field(default_factory=Edges)

    def add_block(self, texts: Texts) -> None:
        """Take the texts of a block."""
        self.prompts.add(texts.of(USER).first())
        self.replies.add(texts.of(ASSISTANT).last())

    def merge(self, other: "Affixes") -> None:
        """Take what another took."""
        self.prompts.merge(other.prompts)
        self.replies.merge(other.replies)

    def faults(self) -> list[Noted]:
        """What is worth a look."""
        told = [*_told("prompts", self.prompts), *_told("replies", self.replies)]
        if self.replies.count >= LEAST_TEXTS and self.replies.beginning.startswith(b" "):
            told.append("all replies begin with a blank")
        return [Noted(Fault(IS_SHARED, reason)) for reason in told]


def _told(name: str, edges: Edges) -> list[str]:
    """How long the shared beginning and end are, if that is worth a word."""
    if edges.count < LEAST_TEXTS or not edges.differ:
        return []
    lengths = {"begin": characters(edges.beginning), "end": characters(edges.end)}
    return [
        f"all {name} {where} with the same {length} characters"
        for where, length in lengths.items()
        if length >= LEAST_CHARACTERS
    ]
