"""The part of the pass that compares rows with each other: one after another, in the order of the file.

Duplicates go, the others find their part of the split, and every row is accounted for.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from shared.core.prepare.chat import Part
from shared.core.prepare.duplicates import Seen, digest_of
from shared.core.prepare.examine import Dropped, Examined, Noticed
from shared.core.prepare.faults import Fault
from shared.core.prepare.files import LineFile, Outputs, SourcePart
from shared.core.prepare.findings import At, Findings
from shared.core.prepare.recognition import Votes
from shared.core.prepare.report import Output, Rows
from shared.core.prepare.split import Splitter
from shared.core.recipe import Split

NOTHING = Noticed((), None)
NEVER = 2**64  #: above every group


class Item(NamedTuple):
    """An example on its way to a file."""

    line: bytes
    rows: int  #: that it was made of
    noticed: Sequence[Fault]
    place: At | None  #: where it came from, if that is to be told


class Ledger:
    """What became of all rows so far."""

    def __init__(self, split: Split, outputs: Outputs) -> None:
        self.findings = Findings()
        self.votes = Votes()
        self.fates = Counter(read=0)  #: rows by what became of them, and 'read'
        self._seen = Seen()
        self._splitter = Splitter(split, self._place)
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
        train = self._splitter.all_training_above if part == "whole" else 0 if part == "train" else NEVER
        usual: list[bytes] = []
        for index, (line, group) in enumerate(zip(examined.lines, examined.groups, strict=True)):
            repeated = self._seen.add(digest_of(line))
            if repeated or group < train or index in examined.noticed or index in examined.weights:
                self._train(usual)
                usual = []
                self._take(part, examined, index, repeated)
            else:
                usual.append(line)
        self._train(usual)

    def _train(self, usual: Sequence[bytes]) -> None:
        """Write training examples in which nothing was noticed."""
        self._files["train"].extend(usual)
        if self._usable:
            self._usable.extend(usual)
        self._splitter.count_training(len(usual))
        self.fates["kept"] += len(usual)

    def end_part(self, part: SourcePart) -> None:
        """What comes next belongs to another part of the set."""
        self._seen.end_part(part)

    def finish(self) -> dict[Part | str, Output]:
        """Write what still waits; the files that were written."""
        self._splitter.finish()
        if self._usable:
            self._usable.finish()
        return {part: file.finish() for part, file in (*self._files.items(), ("rejects", self._rejects))}

    def rows(self) -> Rows:
        """The account."""
        return Rows.model_validate(dict(self.fates))

    def _drop(self, dropped: Dropped) -> None:
        self.fates[dropped.fate] += 1
        for fault, place in dropped.faults:
            self.findings.add(fault, place)
        if dropped.reject:
            self._rejects.add(dropped.reject)

    def _take(self, part: SourcePart, examined: Examined, index: int, repeated: Fault | None) -> None:
        rows = examined.weights.get(index, 1)
        noticed = examined.noticed.get(index, NOTHING)
        place = At(examined.name, examined.numbers[index])
        if repeated:
            self.fates["duplicates"] += rows
            self.findings.add(repeated, place)
            return
        if self._usable:
            self._usable.add(examined.lines[index])
        item = Item(examined.lines[index], rows, noticed.faults, place if noticed.faults else None)
        if part != "whole":
            self._place(part, item)
        elif noticed.part:
            self._place(noticed.part, item)
        else:
            self._splitter.add(examined.groups[index], item)

    def _place(self, part: Part, item: Item) -> None:
        self._files[part].add(item.line)
        for fault in item.noticed:
            self.findings.add(fault, item.place)
        is_fixed = any(fault.rule.severity == "fix" for fault in item.noticed)
        self.fates["test" if part == "test" else "fixed" if is_fixed else "kept"] += item.rows
