"""The part of the pass that compares rows with each other: one after another, in the order of the file.

Duplicates go, the others find their part of the split, and every row is accounted for.
"""

from collections import Counter, deque
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from shared.core.prepare.assignment import Assignment
from shared.core.prepare.chat import Part
from shared.core.prepare.duplicates import Seen
from shared.core.prepare.examine import NOTHING, Dropped, Examined
from shared.core.prepare.faults import Fault
from shared.core.prepare.files import LineFile, Outputs, SourcePart
from shared.core.prepare.findings import At, Findings
from shared.core.prepare.measure.near_duplicates import PARTS
from shared.core.prepare.measure.tokens import COUNTED, TokenTally
from shared.core.prepare.neighbours import Neighbours
from shared.core.prepare.policy import Policy
from shared.core.prepare.recognition import Votes
from shared.core.prepare.report import Output, Rows, Tokens
from shared.core.prepare.split import Splitter

NEVER = 2**64  #: above every group


class Item(NamedTuple):
    """An example on its way to a file."""

    line: bytes
    digest: bytes
    tokens: int  #: 0 where they are not counted one by one
    group: int
    rows: int  #: that it was made of
    noticed: Sequence[Fault]
    at: At
    wish: Part | None  #: where it belongs, whatever the split says


class Ledger:
    """What became of all rows so far."""

    def __init__(self, assignment: Assignment, outputs: Outputs) -> None:
        options = assignment.options
        self.findings = Findings()
        self.votes = Votes()
        self.fates = Counter(read=0)  #: rows by what became of them, and 'read'
        self._seen = Seen()
        self._removes_near = options.scan and options.near_duplicates == "remove"
        self._neighbours = Neighbours(Policy(options.rules), are_asked_for=self._removes_near) if options.scan else None
        self._held = deque[Item]()  #: of which it is not known yet whether they are near duplicates
        self._exact_tokens: int | None = 0 if options.tokens == "exact" else None
        self._tokens = TokenTally(exact=False)
        self._splitter = Splitter[Item](options.split)
        self._files: dict[Part, LineFile] = {
            "train": LineFile(outputs.training),
            "validation": LineFile(outputs.validation),
            "test": LineFile(outputs.test),
        }
        self._rejects = LineFile(outputs.rejects)
        self._usable = LineFile(outputs.usable) if outputs.usable else None

    def enter(self, part: SourcePart, examined: Examined) -> None:
        """Account for a batch of rows."""
        self.fates["read"] += examined.read
        self.votes.add(examined.votes)
        for dropped in examined.dropped:
            self._drop(dropped)
        held_back = self._splitter.all_training_above if part == "whole" else 0 if part == "train" else NEVER
        new: list[int] = []
        usual: list[int] = []
        trained: list[int] = []
        seen = self._seen.add(examined.digests)
        for index, (repeated, group) in enumerate(zip(seen, examined.groups, strict=True)):
            if repeated:
                self._repeat(repeated, examined, index)
                continue
            new.append(index)
            is_usual = group >= held_back and index not in examined.noticed and index not in examined.made_of
            if is_usual and not self._removes_near:
                usual.append(index)
            else:
                self._train(examined, usual)
                trained += usual
                usual = []
                self._take(_item(part, examined, index))
        self._train(examined, usual)
        self._count_all_tokens(examined, [*trained, *usual])
        self._compare(part, examined, new)

    def end_part(self, part: SourcePart) -> None:
        """What comes next belongs to another part of the set."""
        self._seen.end_part(part)

    def finish(self) -> dict[Part | str, Output]:
        """Write what still waits; the files that were written."""
        if self._neighbours:
            self._neighbours.finish()
            self._release(len(self._held))
        self._splitter.finish()
        self._place_all()
        if self._neighbours:
            self._neighbours.tell(self.findings, is_split=not self._splitter.has_given_up)
        if self._usable:
            self._usable.finish()
        return {part: file.finish() for part, file in (*self._files.items(), ("rejects", self._rejects))}

    def rows(self) -> Rows:
        """The account."""
        return Rows.model_validate(dict(self.fates))

    def tokens(self) -> Tokens:
        """Of the training file."""
        if self._exact_tokens is not None:
            return Tokens(count=self._exact_tokens, low=self._exact_tokens, high=self._exact_tokens, method=COUNTED)
        estimate = self._tokens.result()
        return Tokens(count=estimate.count, low=estimate.low, high=estimate.high, method=estimate.method)

    def _drop(self, dropped: Dropped) -> None:
        self.fates[dropped.fate] += 1
        for fault, place in dropped.faults:
            self.findings.add(fault, place)
        if dropped.reject:
            self._rejects.add(dropped.reject)

    def _repeat(self, repeated: Fault, examined: Examined, index: int) -> None:
        self.fates["duplicates"] += examined.rows_of(index)
        self.findings.add(repeated, At(examined.name, examined.numbers[index]))

    def _train(self, examined: Examined, usual: Sequence[int]) -> None:
        """Write training examples in which nothing was noticed."""
        lines = [examined.lines[index] for index in usual]
        self._files["train"].extend(lines)
        if self._usable:
            self._usable.extend(lines)
        self._splitter.count_training(len(usual))
        self._place_all()
        self.fates["kept"] += len(usual)

    def _take(self, item: Item) -> None:
        if self._removes_near:
            self._held.append(item)
        else:
            self._accept(item)

    def _accept(self, item: Item) -> None:
        if self._usable:
            self._usable.add(item.line)
        if item.wish:
            self._place(item.wish, item)
        else:
            self._splitter.add(item.group, item)
            self._place_all()

    def _place_all(self) -> None:
        for part, item in self._splitter.placed():
            self._place(part, item)

    def _place(self, part: Part, item: Item) -> None:
        self._files[part].add(item.line)
        for fault in item.noticed:
            self.findings.add(fault, item.at)
        if part == "train":
            self._count_tokens(item)
        is_fixed = any(fault.rule.severity == "fix" for fault in item.noticed)
        self.fates["test" if part == "test" else "fixed" if is_fixed else "kept"] += item.rows

    def _count_all_tokens(self, examined: Examined, trained: Sequence[int]) -> None:
        if self._exact_tokens is None:
            lines = [examined.lines[index] for index in trained]
            digests = [examined.digests[index] for index in trained]
            self._tokens.add_block(lines, digests, has_images=examined.has_images)
        else:
            self._exact_tokens += sum(examined.tokens[index] for index in trained)

    def _count_tokens(self, item: Item) -> None:
        if self._exact_tokens is None:
            self._tokens.add_block([item.line], [item.digest])
        else:
            self._exact_tokens += item.tokens

    def _compare(self, part: SourcePart, examined: Examined, new: Sequence[int]) -> None:
        """Look for near duplicates among examples that are new."""
        if self._neighbours is None or examined.signatures is None:
            return
        parts = self._splitter.parts_of(examined.groups)
        for index, noticed in examined.noticed.items():
            if noticed.part:
                parts[index] = PARTS.index(noticed.part)
        if part != "whole":
            parts[:] = PARTS.index(part)
        answered = self._neighbours.add(examined, examined.signatures, np.array(new, np.int64), parts)
        if self._removes_near:
            self._release(len(self._held) - (self._neighbours.rows - answered))

    def _release(self, count: int) -> None:
        """Accept the oldest of the examples that were held, or leave them out."""
        for _ in range(count):
            item = self._held.popleft()
            if self._neighbours and self._neighbours.is_near(item.at):
                self.fates["duplicates"] += item.rows
            else:
                self._accept(item)


def _item(part: SourcePart, examined: Examined, index: int) -> Item:
    return Item(
        examined.lines[index],
        examined.digests[index],
        examined.tokens[index] if examined.tokens else 0,
        examined.groups[index],
        examined.rows_of(index),
        examined.noticed.get(index, NOTHING).faults,
        At(examined.name, examined.numbers[index]),
        _wish(part, examined, index),
    )


def _wish(part: SourcePart, examined: Examined, index: int) -> Part | None:
    return examined.noticed.get(index, NOTHING).part if part == "whole" else part
