"""What the replies are: labels or texts, one to a prompt or several that contradict each other. Rules 123 and 126.

For examples with one reply to learn; those of a preference differ on purpose.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import xxhash
from numpy.typing import NDArray

from shared.core.prepare.faults import Fault
from shared.core.prepare.measure.noted import FIRST, Noted, percent
from shared.core.prepare.measure.signatures import LOWER
from shared.core.prepare.measure.texts import ASSISTANT, Numbers, Texts
from shared.core.prepare.rule import Rule

type Task = Literal["questions", "labels", "short answers", "texts"]

AGREES = Rule(123, "contradictory answers", "warning", "decide on one answer to each prompt, and leave out the others")
SEVERAL = Rule(123, "several answers", "info", "nothing to do if they are all good; otherwise keep the best one")
IS_BALANCED = Rule(
    126, "balance of labels", "warning", "add examples of the rarer labels, or leave out some of the others"
)

SHORT = 64  #: bytes of a reply that may be a label
MOST_LABELS = 50
LEAST_ROWS = 50  #: for replies to be called labels
ROWS_A_LABEL = 5  #: on average
MOST_OF_TASK = 0.98  #: share of short replies that makes a task one of short answers
MOST_OF_ONE = 0.9  #: share of the most frequent label

MOST_DIFFERENT = 1_000  #: short replies that are told apart; a set with more has no labels
MOST_EXAMPLES = 100_000  #: whose prompts and replies are remembered, 24 bytes each
MOST_FRESH = 8_192  #: examples that are added to them together, for they are copied each time

REMEMBERED = np.dtype([("prompt", "<u8"), ("reply", "<u8"), ("line", "<i8")])
type Remembered = NDArray[np.void]  #: of `REMEMBERED`


@dataclass
class Answers:
    """The prompts and replies of a set, as hashes. The order of its blocks does not matter.

    If there are too many, those are forgotten whose prompts have the higher hashes: so of each prompt all replies are
    remembered, or none.
    """

    rows: int = 0
    short: int = 0  #: rows whose reply is
    labels: Counter[int] | None = field(default_factory=Counter[int])  #: short replies; `None`: too many different ones
    halvings: int = 0  #: how often half of the prompts were forgotten
    examples: Remembered = field(default_factory=lambda: np.zeros(0, REMEMBERED))
    fresh: list[Remembered] = field(default_factory=list[Remembered])  #: not yet among `examples`

    def add_block(self, texts: Texts, lines: Numbers) -> None:
        """Take the texts of a block, whose rows stand at these lines. A reply answers all that was said before it."""
        first, last = texts.first(), texts.of(ASSISTANT).last()
        begin = first.start[np.searchsorted(first.row, last.row)]
        folded = memoryview(texts.buffer | LOWER)
        found = np.zeros(len(last.row), REMEMBERED)
        found["prompt"] = _hashes(folded, begin, last.start)
        found["reply"] = _hashes(folded, last.start, last.stop)
        found["line"] = lines[last.row]
        is_short = last.length <= SHORT
        self.rows += len(found)
        self.short += int(np.count_nonzero(is_short))
        self._count(Counter(found["reply"][is_short].tolist()))
        self.fresh.append(found)
        if sum(map(len, self.fresh)) > MOST_FRESH:
            self._remember()

    def merge(self, other: "Answers") -> None:
        """Take what another took."""
        self.rows += other.rows
        self.short += other.short
        self._count(other.labels)
        self.halvings = max(self.halvings, other.halvings)
        self.fresh += [*other.fresh, other.examples]
        self._remember()

    @property
    def task(self) -> Task:
        """What is learnt, as far as the lengths and the number of different replies tell; questions have no reply."""
        if not self.rows:
            return "questions"
        if self.short < MOST_OF_TASK * self.rows:
            return "texts"
        few = self.labels is not None and len(self.labels) <= min(MOST_LABELS, self.rows / ROWS_A_LABEL)
        return "labels" if few and self.rows >= LEAST_ROWS else "short answers"

    def faults(self) -> list[Noted]:
        """What is worth a look."""
        self._remember()
        return [*self._balance(), *self._contradictions()]

    def _count(self, labels: Counter[int] | None) -> None:
        if self.labels is None or labels is None:
            self.labels = None
            return
        self.labels.update(labels)
        if len(self.labels) > MOST_DIFFERENT:
            self.labels = None

    def _remember(self) -> None:
        examples = np.concatenate((self.examples, *self.fresh))
        self.fresh = []
        examples = examples[examples["prompt"] < self._limit]
        while len(examples) > MOST_EXAMPLES:
            self.halvings += 1
            examples = examples[examples["prompt"] < self._limit]
        self.examples = examples

    @property
    def _limit(self) -> np.uint64:
        """Prompts with lower hashes are remembered."""
        return np.uint64((2**64 - 1) >> self.halvings)

    def _balance(self) -> list[Noted]:
        if self.task != "labels" or not self.labels:
            return []
        most = max(self.labels.values())
        if len(self.labels) == 1 or most <= MOST_OF_ONE * self.rows:
            return []
        told = f"one of {len(self.labels)} labels makes up {percent(most, self.rows)} of the examples"
        return [Noted(Fault(IS_BALANCED, told, expected=f"at most {MOST_OF_ONE:.0%}"))]

    def _contradictions(self) -> list[Noted]:
        prompts, lines = _several(self.examples)
        if not prompts:
            return []
        among = f", among one in {2**self.halvings} prompts" if self.halvings else ""
        if self.task == "labels":
            return [Noted(Fault(AGREES, f"prompts with different labels{among}: {prompts:,}"), lines)]
        return [Noted(Fault(SEVERAL, f"prompts with several different answers{among}: {prompts:,}"), lines)]


def _hashes(folded: memoryview, begins: Numbers, ends: Numbers) -> list[int]:
    hashed = xxhash.xxh3_64_intdigest
    return [hashed(folded[begin:end]) for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]


def _several(examples: Remembered) -> tuple[int, tuple[int, ...]]:
    """How many prompts have different replies, and the first lines of their examples."""
    ordered = examples[np.lexsort((examples["reply"], examples["prompt"]))]
    is_same = ordered["prompt"][1:] == ordered["prompt"][:-1]
    prompts = np.unique(ordered["prompt"][1:][is_same & (ordered["reply"][1:] != ordered["reply"][:-1])])
    lines = np.sort(examples["line"][np.isin(examples["prompt"], prompts)])
    return len(prompts), tuple(lines[:FIRST].tolist())
