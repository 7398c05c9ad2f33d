"""The one pass over a dataset: rows in, examples and reasons out. Memory stays bounded, whatever the size."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, replace
from itertools import batched
from typing import Protocol

from shared.core.prepare.assignment import Assignment
from shared.core.prepare.containers import Block, Companions, Record, Scratch, open_rows
from shared.core.prepare.containers.opened import no_companions
from shared.core.prepare.duplicates import READING_ORDER
from shared.core.prepare.examine import Batch, Examined, Examiner, Surveyed
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.files import MeasuredInput, Outputs, Source, SourcePart
from shared.core.prepare.findings import At
from shared.core.prepare.gathered import Gathered
from shared.core.prepare.ledger import Ledger
from shared.core.prepare.making.pictures import data_uri
from shared.core.prepare.measure.measures import Measures
from shared.core.prepare.policy import Policy
from shared.core.prepare.recognition import family_of
from shared.core.prepare.report import Input, Output, Report, Statistics
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.survey import size
from shared.core.prepare.targets import Method
from shared.core.prepare.verdict import notes, reasons_to_reject, why_missing

IS_ONE_FORMAT = Rule(11, "one format", "warning", "make sure that the rows belong together")
FAMILIES = 128  #: that are put together at a time
METHODS: tuple[Method, ...] = ("sft", "dpo", "rft")  #: of methods with equally many rows the first is taken
BATCH_BYTES = 256 * 1024


class Crew(Protocol):
    """Examiners in other processes."""

    def is_ready(self) -> bool:
        """Whether they have begun."""
        ...

    def examine(self, name: str, batches: Iterable[Batch]) -> Iterator[Examined]:
        """What the rows of a file became, batch by batch in their order."""
        ...

    def finish(self) -> Sequence[Surveyed]:
        """What each saw in all its rows together. They examine no more afterwards."""
        ...


@dataclass(frozen=True)
class Tools:
    """What a preparation may use besides memory and its own process."""

    scratch: Scratch | None = None  #: room on a disk; without it, files that must lie on one are refused
    hire: Callable[[Assignment], AbstractContextManager[Crew]] | None = (
        None  #: further processes, once the method is known
    )


BARE_HANDS = Tools()


def prepare(
    sources: Sequence[Source], assignment: Assignment, outputs: Callable[[], Outputs], tools: Tools = BARE_HANDS
) -> Report:
    """Make a dataset into training, validation and test files, and say what became of each row.

    What is wrong with the data never raises: it stands in the report. The sources are taken to their ends, one after
    another; a single 'whole' one is split, the files of a set are not. Where no method is assigned, most rows decide
    what all are made into: the first ones are taken for typical, and if they were not, the pass is made again.
    """
    preparation = Preparation(assignment, outputs(), tools)
    preparation.take(sources)
    most = preparation.method_of_most
    if assignment.method is None and most not in {None, preparation.method}:
        preparation = Preparation(replace(assignment, method=most), outputs(), tools)
        preparation.take(sources)
    return preparation.report()


class Beside:
    """The images that came with the rows of the file that is read, as data URIs by their paths."""

    def __init__(self) -> None:
        self.companions: Companions = no_companions

    def __call__(self, path: str) -> str | None:
        content = self.companions(path)
        return None if content is None else data_uri(content)


class Preparation:
    """A dataset in the middle of the pass."""

    def __init__(self, assignment: Assignment, outputs: Outputs, tools: Tools) -> None:
        self._assignment = assignment
        self._options = assignment.options
        self._tools = tools
        self._beside = Beside()
        self._examiner = Examiner(assignment, self._beside)
        self._ledger = Ledger(assignment, outputs)
        self._inputs: list[Input] = []
        self._crew: Crew | None = None
        self._elsewhere: Sequence[Surveyed] = ()  #: what was seen in other processes

    @property
    def method(self) -> Method | None:
        """What the rows are made into; `None` until one was recognised."""
        return self._examiner.method

    @property
    def method_of_most(self) -> Method | None:
        """The method that most rows are written for."""
        votes = self._ledger.votes.methods
        return max(METHODS, key=lambda method: votes[method]) if votes else None

    def take(self, sources: Sequence[Source]) -> None:
        """Read all files to their ends."""
        with ExitStack() as stack:
            self._take_all(sources, stack)
            if self._crew:
                self._elsewhere = self._crew.finish()

    def _take_all(self, sources: Sequence[Source], stack: ExitStack) -> None:
        for part in READING_ORDER:
            with closing(Gathered()) as gathered:
                for source in sources:
                    if source.part == part:
                        self._take(source, gathered, stack)
                for families in batched(gathered.families(), FAMILIES, strict=False):
                    self._ledger.enter(part, self._examiner.assemble(families))
            self._ledger.end_part(part)

    def _take(self, source: Source, gathered: Gathered, stack: ExitStack) -> None:
        measured = MeasuredInput(source.open())
        stored_as = ""
        notes: Sequence[Fault] = ()
        try:
            opened = open_rows(source.name, measured, self._tools.scratch)
            stored_as, notes, self._beside.companions = opened.stored_as, opened.notes, opened.companions
            for examined in self._examined(source.name, _batches(opened.records), stack):
                self._enter(source.part, examined, gathered)
        except Unreadable as error:
            self._note(source, replace(error.fault, rule=replace(error.fault.rule, severity="error")))
        for note in notes:
            self._note(source, note)
        digest = measured.drain()
        self._inputs.append(
            Input(name=source.name, part=source.part, stored_as=stored_as, bytes=measured.length, sha256=digest)
        )

    def _examined(self, name: str, batches: Iterator[Batch], stack: ExitStack) -> Iterator[Examined]:
        """What the rows of a file became. Others help once the method is known, but not with images beside the rows."""
        hire = self._tools.hire if self._beside.companions is no_companions else None
        for batch in batches:
            yield self._examiner.examine(name, batch)
            if hire and self.method:
                if self._crew is None:
                    self._crew = stack.enter_context(hire(replace(self._assignment, method=self.method)))
                if self._crew.is_ready():
                    yield from self._crew.examine(name, batches)

    def _enter(self, part: SourcePart, examined: Examined, gathered: Gathered) -> None:
        self._ledger.enter(part, examined)
        for family, waiting in examined.waits:
            gathered.add(family, waiting)

    def _note(self, source: Source, fault: Fault) -> None:
        """Note something about a file as a whole."""
        self._ledger.findings.add(replace(fault, reason=f"{source.name}: {fault.reason}"))

    def report(self) -> Report:
        """End the pass: write what still waits, and sum up."""
        ledger = self._ledger
        files = ledger.finish()
        rows = ledger.rows()
        surveyed = self._examiner.surveyed()
        for seen in self._elsewhere:
            surveyed.merge(seen)
        self._note_mixture()
        self._note_set(surveyed, files)
        findings = ledger.findings.report()
        training = files["train"]
        reasons = reasons_to_reject(rows, training.rows, self._options.bad_rows.reject_file_above, findings)
        return Report(
            verdict="rejected" if reasons else "accepted",
            reasons=reasons,
            notes=() if reasons else notes(training.rows, dict(self._missing(files))),
            method=self.method,
            formats=dict(ledger.votes.formats.most_common()),
            rows=rows,
            inputs=tuple(self._inputs),
            training=training,
            validation=files["validation"],
            test=files["test"],
            rejects=files["rejects"],
            training_tokens=ledger.tokens(),
            images=surveyed.survey.images.shown.count,
            statistics=_statistics(surveyed),
            findings=findings,
        )

    def _note_set(self, surveyed: Surveyed, files: Mapping[str, Output]) -> None:
        """Note what rows show only together."""
        findings, policy = self._ledger.findings, Policy(self._options.rules)
        for fault in policy.judged(size.check(self.method, files["train"].rows, files["validation"].rows)):
            findings.add(fault)
        for fault, places in surveyed.survey.faults():
            for judged in policy.judged([fault]):
                findings.add_all(judged, 1, [At(place.file, place.line) for place in places])
        for name, measures in surveyed.measures.items():
            for fault, lines in measures.faults(self._options.languages, has_pairs=self.method == "dpo"):
                for judged in policy.judged([fault]):
                    findings.add_all(judged, 1, [At(name, line) for line in lines])

    def _note_mixture(self) -> None:
        votes = self._ledger.votes.formats.most_common()
        if len({family_of(name) for name, _ in votes}) > 1:
            told = ", ".join(f"{name} ({count:,})" for name, count in votes)
            self._ledger.findings.add(Fault(IS_ONE_FORMAT, f"the rows are in {len(votes)} formats: {told}"))

    def _missing(self, files: Mapping[str, Output]) -> Iterator[tuple[str, str]]:
        """The files to measure the model with that there are not, and why."""
        shares = self._options.split
        is_split = any(source.part == "whole" for source in self._inputs)
        examples = files["train"].rows + files["validation"].rows
        for name, share in (("validation", shares.validation), ("test", shares.test)):
            if not files[name].rows:
                yield name, why_missing(is_split=is_split, share=share, examples=examples)


def _batches(rows: Iterable[Record | Block]) -> Iterator[Batch]:
    """Blocks as they are, records in lists of about `BATCH_BYTES`. Raises `Unreadable` behind the last row."""
    held: list[Record] = []
    held_bytes = 0
    try:
        for row in rows:
            if isinstance(row, Block):
                if held:
                    yield held
                yield row
                held, held_bytes = [], 0
                continue
            held.append(row)
            held_bytes += len(row.text)
            if held_bytes >= BATCH_BYTES:
                yield held
                held, held_bytes = [], 0
    except Unreadable:
        yield held
        raise
    yield held


def _statistics(surveyed: Surveyed) -> Statistics | None:
    """Of all files together."""
    if len(surveyed.measures) == 1:
        [whole] = surveyed.measures.values()
    else:
        whole = Measures()
        for measures in surveyed.measures.values():
            whole.merge(measures)
    return whole.statistics() if whole.composition.rows else None
