"""The part of the pass that looks at rows one by one: what each becomes, before rows are compared with each other.

It keeps nothing that a later row could depend on, so that batches may be examined in any order, and in several
processes at once.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple, Protocol, Self

from msgspec import Struct

from shared.core.prepare.assignment import Assignment
from shared.core.prepare.chat import Chat, Part, prompt_of, with_system_prompt
from shared.core.prepare.containers.json_lines import records_of
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.duplicates import digest_of
from shared.core.prepare.faults import Fault, Filtered, Tie, Unusable
from shared.core.prepare.findings import At
from shared.core.prepare.format import Companion, Example, Format, Quick, Wishes, no_companion
from shared.core.prepare.gathered import Waiting
from shared.core.prepare.keep import conditions
from shared.core.prepare.measure.measures import Measures
from shared.core.prepare.measure.signatures import Signatures
from shared.core.prepare.measure.tokens import IMAGE
from shared.core.prepare.policy import Policy
from shared.core.prepare.quick_block import Lines, made_quickly
from shared.core.prepare.recognition import Piece, Recogniser, Votes
from shared.core.prepare.rejects import place_of, reject
from shared.core.prepare.rules import check
from shared.core.prepare.rules.survey import Survey
from shared.core.prepare.scrutiny import Scrutiny
from shared.core.prepare.split import group_of
from shared.core.prepare.targets import Method, Preference, Problem, Target, chat_of, encode_target

type Fate = Literal["rejected", "filtered", "ties"]
type Outcome = Unusable | Filtered | Tie
type Batch = Sequence[Record] | Block


class Dropped(NamedTuple):
    """A row of which no example is made."""

    fate: Fate
    faults: Sequence[tuple[Fault, At]]
    reject: bytes  #: its line for the rejects file; empty unless it is rejected


class Noticed(NamedTuple):
    """What was repaired or noticed in a row that became an example, and where the row wants to be."""

    faults: Sequence[Fault]
    part: Part | None


NOTHING = Noticed((), None)


class Stored(Protocol):
    """Rows as they stand in their file, by their lines."""

    def __getitem__(self, number: int, /) -> Record: ...


class Waits(NamedTuple):
    """A row that waits for others of its group."""

    family: str
    waiting: Waiting


@dataclass(slots=True)
class Examined:
    """What the rows of a batch became. Examples are given as columns: by the thousand, objects would cost too much."""

    name: str  #: of the file
    read: int = 0  #: rows
    lines: list[bytes] = field(default_factory=list[bytes])  #: examples as they are written, without line ends
    numbers: list[int] = field(default_factory=list[int])  #: physical lines of the file where they stand
    groups: list[int] = field(default_factory=list[int])  #: equal for examples that must not be split
    noticed: dict[int, Noticed] = field(default_factory=dict[int, Noticed])  #: by example; most have nothing
    made_of: dict[int, Sequence[Record]] = field(default_factory=dict[int, "Sequence[Record]"])
    """The rows of an example, where it took several."""
    digests: list[bytes] = field(default_factory=list[bytes])  #: that stand for examples
    tokens: Sequence[int] = ()  #: of each example, if all are counted
    has_images: bool = False  #: inside the lines
    signatures: Signatures | None = None  #: by which nearly equal examples are told, if they are looked for
    dropped: list[Dropped] = field(default_factory=list[Dropped])
    waits: list[Waits] = field(default_factory=list[Waits])
    votes: Votes = field(default_factory=Votes)

    def rows_of(self, index: int) -> int:
        """How many rows an example took."""
        rows = self.made_of.get(index)
        return len(rows) if rows else 1


@dataclass(frozen=True)
class Surveyed:
    """What was seen in all rows together that one examiner looked at."""

    survey: Survey
    measures: dict[str, Measures]  #: by file

    def merge(self, other: Self) -> None:
        """Add what another saw."""
        self.survey.merge(other.survey)
        for name, measures in other.measures.items():
            self.measures.setdefault(name, Measures()).merge(measures)


class Examiner:
    """Examines batches of rows, each for itself."""

    def __init__(self, assignment: Assignment, companion: Companion = no_companion) -> None:
        options = assignment.options
        self._graded = assignment.graded
        self._system_prompt = options.system_prompt
        self._policy = Policy(options.rules)
        self._wishes = Wishes(conditions(options), options.min_margin, options.reasoning, companion)
        self._recogniser = Recogniser(self._wishes, assignment.method, options.format)
        self._scrutiny = Scrutiny(assignment)
        self._survey = Survey(assignment.graded, assignment.probe)

    @property
    def method(self) -> Method | None:
        """What rows become; `None` until one was recognised."""
        return self._recogniser.method

    def surveyed(self) -> Surveyed:
        """What was seen in all rows so far."""
        return Surveyed(self._survey, self._scrutiny.measures)

    def examine(self, name: str, batch: Batch) -> Examined:
        """Look at some rows of a file."""
        if not isinstance(batch, Block):
            return self._looked_into(self._examine(name, batch), {record.line: record for record in batch})
        quick = self._recogniser.quick
        examined = self._examine_quickly(name, batch, quick) if quick and self._system_prompt is None else None
        return self._looked_into(examined or self._examine(name, records_of(batch)), Lines(batch))

    def assemble(self, families: Sequence[Sequence[Waiting]]) -> Examined:
        """Put the rows of some families of a file together."""
        examined = Examined(families[0][0].name)
        records: dict[int, Record] = {}
        for family in families:
            waiting = [Record(each.line, each.stored) for each in family]
            records.update((record.line, record) for record in waiting)
            self._assemble(examined, family, waiting)
        return self._looked_into(examined, records)

    def _looked_into(self, examined: Examined, stored: Stored) -> Examined:
        """The same, once its examples' texts were looked into. `stored` are its rows, by their lines."""
        rejected: dict[int, Sequence[Fault]] = {}
        for index, faults in self._scrutiny.faults(examined.lines, self.method).items():
            judged = [*self._policy.judged(faults)]
            if rejecting := [fault for fault in judged if fault.rule.severity == "reject"]:
                rejected[index] = rejecting
            elif judged:
                noticed = examined.noticed.get(index, NOTHING)
                examined.noticed[index] = Noticed([*noticed.faults, *judged], noticed.part)
        if rejected:
            for index, faults in rejected.items():
                for record in examined.made_of.get(index) or [stored[examined.numbers[index]]]:
                    _reject(examined, faults, record)
            examined = _without(examined, rejected)
        lines, numbers = examined.lines, examined.numbers
        examined.digests = [digest_of(line) for line in lines]
        examined.tokens = self._scrutiny.tokens(lines)
        examined.signatures = self._scrutiny.measure(examined.name, lines, numbers, examined.digests)
        return examined

    def _examine(self, name: str, records: Iterable[Record]) -> Examined:
        examined = Examined(name, votes=self._recogniser.begin())
        for record in records:
            self._look(examined, record)
        return examined

    def _look(self, examined: Examined, record: Record) -> None:
        examined.read += 1
        try:
            made = self._recogniser.read(record)
        except (Unusable, Filtered, Tie) as outcome:
            _drop(examined, outcome, record)
        else:
            self._take(examined, made, record)

    def _examine_quickly(self, name: str, block: Block, usual: Format[Struct]) -> Examined | None:
        """The same for rows that are all in one format, most of which need no closer look; `None` if they are not."""
        made = made_quickly(block, usual, self._wishes)
        if made is None:
            return None
        examined = Examined(name, votes=self._recogniser.begin(), has_images=made.has_images)
        lines = iter(made.lines)
        for number, one in enumerate(made.rows, block.line):
            if isinstance(one, Quick):
                self._survey.add(one.target, name, number)
                examined.lines.append(next(lines))
                examined.numbers.append(number)
                examined.groups.append(group_of(one.prompt))
            elif one:
                _count(examined, usual, 1)
                _leave_out(examined, "filtered", one.fault, At(name, number))
            else:
                self._look(examined, made.stored[number])
        _count(examined, usual, len(made.lines))
        return examined

    def _assemble(self, examined: Examined, family: Sequence[Waiting], records: Sequence[Record]) -> None:
        gathering, outcomes = self._recogniser.assembled(family)
        left = dict(enumerate(records))
        for made in outcomes:
            if of_it := [left.pop(row) for row in made.rows if row in left]:
                fixes = [fix for row in made.rows for fix in family[row].fixes]
                self._take_made(examined, made.outcome, of_it, fixes)
        for record in left.values():
            _drop(examined, Unusable(gathering.left), record)

    def _take(self, examined: Examined, made: Example | Piece, record: Record) -> None:
        if isinstance(made, Piece):
            waiting = Waiting(examined.name, record.line, made.form.name, made.text, record.text, tuple(made.fixes))
            examined.waits.append(Waits(made.family, waiting))
        else:
            self._finish(examined, made, [record])

    def _take_made(
        self, examined: Examined, outcome: Example | Outcome, records: Sequence[Record], fixes: Sequence[Fault]
    ) -> None:
        if isinstance(outcome, Example):
            self._finish(examined, outcome._replace(fixes=[*fixes, *outcome.fixes]), records)
            return
        for record in records:
            _drop(examined, outcome, record)

    def _finish(self, examined: Examined, example: Example, records: Sequence[Record]) -> None:
        target = self._with_system_prompt(example.target)
        faults = [*self._policy.judged(check(target, self._graded))]
        if rejecting := [fault for fault in faults if fault.rule.severity == "reject"]:
            for record in records:
                _reject(examined, rejecting, record)
            return
        index = len(examined.lines)
        if faults or example.fixes or example.part:
            examined.noticed[index] = Noticed([*example.fixes, *faults], example.part)
        if len(records) > 1:
            examined.made_of[index] = records
        self._survey.add(target, examined.name, records[0].line)
        line = encode_target(target)
        examined.has_images = examined.has_images or IMAGE in line
        examined.lines.append(line)
        examined.numbers.append(records[0].line)
        examined.groups.append(group_of(prompt_of(chat_of(target))))

    def _with_system_prompt(self, target: Target) -> Target:
        prompt = self._system_prompt
        if prompt is None:
            return target
        if isinstance(target, Preference):
            chat = with_system_prompt(target.input, prompt)
            return Preference(chat, target.preferred_output, target.non_preferred_output)
        chat = with_system_prompt(chat_of(target), prompt)
        return chat if isinstance(target, Chat) else Problem(chat, target.item)


def _without(examined: Examined, rejected: Container[int]) -> Examined:
    """The same without some of its examples."""
    kept = [index for index in range(len(examined.lines)) if index not in rejected]
    return replace(
        examined,
        lines=[examined.lines[index] for index in kept],
        numbers=[examined.numbers[index] for index in kept],
        groups=[examined.groups[index] for index in kept],
        noticed={new: examined.noticed[old] for new, old in enumerate(kept) if old in examined.noticed},
        made_of={new: examined.made_of[old] for new, old in enumerate(kept) if old in examined.made_of},
    )


def _count(examined: Examined, usual: Format[Struct], rows: int) -> None:
    """Count rows that were recognised without a closer look."""
    examined.read += rows
    examined.votes.formats[usual.name] += rows
    examined.votes.methods[usual.natural] += rows


def _drop(examined: Examined, outcome: Outcome, record: Record) -> None:
    if isinstance(outcome, Unusable):
        _reject(examined, [outcome.fault], record)
        return
    fate: Fate = "ties" if isinstance(outcome, Tie) else "filtered"
    _leave_out(examined, fate, outcome.fault, place_of(examined.name, record, outcome.fault))


def _leave_out(examined: Examined, fate: Fate, fault: Fault, at: At) -> None:
    examined.dropped.append(Dropped(fate, ((fault, at),), b""))


def _reject(examined: Examined, faults: Sequence[Fault], record: Record) -> None:
    placed = [(fault, place_of(examined.name, record, fault)) for fault in faults]
    examined.dropped.append(Dropped("rejected", placed, reject(placed, record)))
