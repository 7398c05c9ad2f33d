"""The one pass over a dataset: rows in, examples and reasons out. Memory stays bounded, whatever the size."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from shared.core.prepare.containers import open_rows
from shared.core.prepare.containers.record import Block, Record
from shared.core.prepare.duplicates import READING_ORDER
from shared.core.prepare.examine import Examined, Examiner
from shared.core.prepare.faults import Fault, Unreadable
from shared.core.prepare.files import MeasuredInput, Outputs, Source, SourcePart
from shared.core.prepare.format import Wishes
from shared.core.prepare.gathered import Gathered
from shared.core.prepare.keep import conditions
from shared.core.prepare.ledger import Ledger
from shared.core.prepare.report import Input, Output, Report, Tokens
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Method
from shared.core.prepare.verdict import notes, reasons_to_reject, why_missing
from shared.core.recipe import DataOptions

IS_ONE_FORMAT = Rule(11, "one format", "warning", "make sure that the rows belong together")
METHODS: tuple[Method, ...] = ("sft", "dpo", "rft")  #: of methods with equally many rows the first is taken
BATCH_BYTES = 256 * 1024


def prepare(
    sources: Sequence[Source], options: DataOptions, outputs: Callable[[], Outputs], method: Method | None = None
) -> Report:
    """Make a dataset into training, validation and test files, and say what became of each row.

    What is wrong with the data never raises: it stands in the report. The sources are taken to their ends, one after
    another; a single 'whole' one is split, the files of a set are not. Without a `method` most rows decide what all
    are made into: the first ones are taken for typical, and if they were not, the pass is made again.
    """
    preparation = Preparation(options, outputs(), method)
    preparation.take(sources)
    most = preparation.method_of_most
    if method is None and most not in {None, preparation.method}:
        preparation = Preparation(options, outputs(), most)
        preparation.take(sources)
    return preparation.report()


class Preparation:
    """A dataset in the middle of the pass."""

    def __init__(self, options: DataOptions, outputs: Outputs, method: Method | None) -> None:
        self._options = options
        wishes = Wishes(conditions(options), options.min_margin, options.reasoning)
        self._examiner = Examiner(options, wishes, method)
        self._ledger = Ledger(options.split, outputs)
        self._inputs: list[Input] = []

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
        for part in READING_ORDER:
            with closing(Gathered()) as gathered:
                for source in sources:
                    if source.part == part:
                        self._take(source, gathered)
                for waiting in gathered.families():
                    self._ledger.enter(part, self._examiner.assemble(waiting))
            self._ledger.end_part(part)

    def _take(self, source: Source, gathered: Gathered) -> None:
        measured = MeasuredInput(source.open())
        stored_as = ""
        try:
            opened = open_rows(source.name, measured)
            stored_as = opened.stored_as
            for note in opened.notes:
                self._note(source, note)
            for rows in _batches(opened.records):
                self._enter(source.part, self._examiner.examine(source.name, rows), gathered)
        except Unreadable as error:
            self._note(source, replace(error.fault, rule=replace(error.fault.rule, severity="error")))
        digest = measured.drain()
        self._inputs.append(
            Input(name=source.name, part=source.part, stored_as=stored_as, bytes=measured.length, sha256=digest)
        )

    def _enter(self, part: SourcePart, examined: Examined, gathered: Gathered) -> None:
        self._ledger.enter(part, examined)
        for family, waiting in examined.waits:
            gathered.add(family, waiting)

    def _note(self, source: Source, fault: Fault) -> None:
        """Note something about a file as a whole."""
        self._ledger.findings.add(replace(fault, reason=f"{source.name}: {fault.reason}"))

    def report(self) -> Report:
        """End the pass: write what still waits, and sum up."""
        self._note_mixture()
        ledger = self._ledger
        files = ledger.finish()
        rows = ledger.rows()
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
            training_tokens=Tokens(
                count=training.bytes // 4, low=0, high=training.bytes, method="estimated: 4 bytes a token"
            ),
            findings=findings,
        )

    def _note_mixture(self) -> None:
        votes = self._ledger.votes.formats.most_common()
        if len(votes) > 1:
            told = ", ".join(f"{name} ({count:,})" for name, count in votes)
            self._ledger.findings.add(Fault(IS_ONE_FORMAT, f"the rows are in {len(votes)} formats: {told}"))

    def _missing(self, files: dict[str, Output]) -> Iterator[tuple[str, str]]:
        """The files to measure the model with that there are not, and why."""
        shares = self._options.split
        is_split = any(source.part == "whole" for source in self._inputs)
        examples = files["train"].rows + files["validation"].rows
        for name, share in (("validation", shares.validation), ("test", shares.test)):
            if not files[name].rows:
                yield name, why_missing(is_split=is_split, share=share, examples=examples)


def _batches(rows: Iterable[Record | Block]) -> Iterator[Sequence[Record] | Block]:
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
