"""The one pass over a dataset: rows in, examples and reasons out. Memory stays bounded, whatever the size."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from shared.core.prepare.chat import Chat, Part, encode_chat, prompt_of, with_system_prompt
from shared.core.prepare.containers import open_rows
from shared.core.prepare.containers.record import Record
from shared.core.prepare.duplicates import READING_ORDER, Seen, digest_of
from shared.core.prepare.faults import Fault, Filtered, Unreadable, Unusable
from shared.core.prepare.files import LineFile, MeasuredInput, Outputs, Source, SourcePart
from shared.core.prepare.findings import Findings
from shared.core.prepare.format import Example, Wishes
from shared.core.prepare.keep import conditions
from shared.core.prepare.recognition import Recogniser
from shared.core.prepare.rejects import place_of, reject
from shared.core.prepare.report import Input, Output, Place, Report, Rows, Tokens
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules import check
from shared.core.prepare.split import Splitter, group_of
from shared.core.prepare.tokens import METHOD, TokenEstimate
from shared.core.prepare.verdict import notes, reasons_to_reject, why_missing
from shared.core.recipe import DataOptions

IS_ONE_FORMAT = Rule(11, "one format", "warning", "make sure that the rows belong together")


def prepare(sources: Sequence[Source], options: DataOptions, outputs: Outputs) -> Report:
    """Make a dataset into training, validation and test files, and say what became of each row.

    What is wrong with the data never raises: it stands in the report. The sources are taken to their ends, one after
    another; a single 'whole' one is split, the files of a set are not.
    """
    preparation = Preparation(options, outputs)
    for part in READING_ORDER:
        preparation.take_part(part, [source for source in sources if source.part == part])
    return preparation.report()


class Item(NamedTuple):
    """An example on its way to a file."""

    line: bytes
    chat: Chat
    digest: bytes
    fixes: Sequence[Fault]
    place: Place | None  #: where it came from, if that is to be told


class Preparation:
    """A dataset in the middle of the pass."""

    def __init__(self, options: DataOptions, outputs: Outputs) -> None:
        self._options = options
        self._recogniser = Recogniser(Wishes(conditions(options)))
        self._findings = Findings()
        self._seen = Seen()
        self._tokens = TokenEstimate()
        self._splitter = Splitter(options.split, self._place)
        self._files: dict[Part, LineFile] = {
            "train": LineFile(outputs.training),
            "validation": LineFile(outputs.validation),
            "test": LineFile(outputs.test),
        }
        self._rejects = LineFile(outputs.rejects)
        self._inputs: list[Input] = []
        self._read = self._kept = self._fixed = self._duplicates = self._filtered = 0

    def take_part(self, part: SourcePart, sources: Sequence[Source]) -> None:
        """Read all files of a part to their ends."""
        for source in sources:
            self._take(source)
        self._seen.end_part(part)

    def _take(self, source: Source) -> None:
        measured = MeasuredInput(source.chunks)
        stored_as = ""
        try:
            opened = open_rows(source.name, measured)
            stored_as = opened.stored_as
            for note in opened.notes:
                self._note(source, note)
            for record in opened.records:
                self._take_row(source, record)
        except Unreadable as error:
            self._note(source, replace(error.fault, rule=replace(error.fault.rule, severity="error")))
        digest = measured.drain()
        self._inputs.append(
            Input(name=source.name, part=source.part, stored_as=stored_as, bytes=measured.length, sha256=digest)
        )

    def _note(self, source: Source, fault: Fault) -> None:
        """Note something about a file as a whole."""
        self._findings.add(replace(fault, reason=f"{source.name}: {fault.reason}"))

    def _take_row(self, source: Source, record: Record) -> None:
        self._read += 1
        try:
            example = self._recogniser.read(record)
            check(example.chat)
        except Unusable as error:
            place = place_of(source.name, record, error.fault)
            self._findings.add(error.fault, place)
            self._rejects.add(reject(place, record, error.fault))
        except Filtered as error:
            self._filtered += 1
            self._findings.add(error.fault, place_of(source.name, record, error.fault))
        else:
            self._take_example(source, record, example)

    def _take_example(self, source: Source, record: Record, example: Example) -> None:
        prompt = self._options.system_prompt
        chat = with_system_prompt(example.chat, prompt) if prompt else example.chat
        line = encode_chat(chat)
        digest = digest_of(line)
        if repeated := self._seen.add(digest):
            self._duplicates += 1
            self._findings.add(repeated, place_of(source.name, record, repeated))
            return
        place = Place(file=source.name, line=record.line) if example.fixes else None
        item = Item(line, chat, digest, example.fixes, place)
        if source.part != "whole":
            self._place(source.part, item)
        elif example.part:
            self._place(example.part, item)
        else:
            self._splitter.add(group_of(prompt_of(chat)), item)

    def _place(self, part: Part, item: Item) -> None:
        self._files[part].add(item.line)
        for fix in item.fixes:
            self._findings.add(fix, item.place)
        if part == "train":
            self._tokens.add(item.chat, item.line, item.digest)
        if part != "test":
            self._fixed += bool(item.fixes)
            self._kept += not item.fixes

    def report(self) -> Report:
        """End the pass: write what still waits, and sum up."""
        self._splitter.finish()
        self._note_mixture()
        training, validation, test = (self._files[part].finish() for part in ("train", "validation", "test"))
        rejects = self._rejects.finish()
        rows = Rows(
            read=self._read,
            kept=self._kept,
            fixed=self._fixed,
            rejected=rejects.rows,
            duplicates=self._duplicates,
            filtered=self._filtered,
            test=test.rows,
        )
        findings = self._findings.report()
        reasons = reasons_to_reject(rows, training.rows, self._options.bad_rows.reject_file_above, findings)
        return Report(
            verdict="rejected" if reasons else "accepted",
            reasons=reasons,
            notes=() if reasons else notes(training.rows, self._missing(validation, test)),
            formats=dict(self._recogniser.votes.most_common()),
            rows=rows,
            inputs=tuple(self._inputs),
            training=training,
            validation=validation,
            test=test,
            rejects=rejects,
            training_tokens=Tokens(count=self._tokens.count, method=METHOD),
            findings=findings,
        )

    def _note_mixture(self) -> None:
        votes = self._recogniser.votes.most_common()
        if len(votes) > 1:
            told = ", ".join(f"{name} ({count:,})" for name, count in votes)
            self._findings.add(Fault(IS_ONE_FORMAT, f"the rows are in {len(votes)} formats: {told}"))

    def _missing(self, validation: Output, test: Output) -> dict[str, str]:
        """The files to measure the model with that there are not, and why."""
        shares = self._options.split
        files = (("validation", validation.rows, shares.validation), ("test", test.rows, shares.test))
        is_split = any(source.part == "whole" for source in self._inputs)
        examples = self._kept + self._fixed
        return {
            name: why_missing(is_split=is_split, share=share, examples=examples)
            for name, rows, share in files
            if not rows
        }
