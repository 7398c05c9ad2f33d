"""Dropping a dataset on the engine, and reading what comes out."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from shared.adapters.scratch_files import ScratchFiles
from shared.core.prepare import Outputs, Report, Source, SourcePart, Tools, prepare
from shared.core.prepare.assignment import Assignment
from shared.core.prepare.files import Hashed
from shared.core.prepare.preparation import Crew
from shared.core.prepare.targets import Method
from shared.core.recipe import BadRows, DataOptions, Split

LENIENT = DataOptions(bad_rows=BadRows(reject_file_above=1), split=Split(validation=0, test=0), scan=False)
"""Rejected rows do not reject the file, nothing is held back, and texts are not looked into."""

type Line = dict[str, object]
type Hire = Callable[[Assignment], AbstractContextManager[Crew]]


@dataclass(frozen=True)
class Prepared:
    report: Report
    training: list[Line]
    validation: list[Line]
    test: list[Line]
    rejects: list[Line]
    written: dict[str, bytes]

    @property
    def all_lines(self) -> list[Line]:
        return [*self.training, *self.validation, *self.test]

    def messages(self) -> list[str]:
        return [finding.message for finding in self.report.findings]


def drop(
    data: bytes,
    options: DataOptions = LENIENT,
    name: str = "drop.jsonl",
    chunk: int = 1 << 16,
    method: Method | None = None,
    graded: Sequence[str] = (),
) -> Prepared:
    """Prepare a single file."""
    return drop_set({"whole": data}, options, {"whole": name}, chunk, method, graded)


def drop_set(
    files: dict[SourcePart, bytes],
    options: DataOptions = LENIENT,
    names: dict[SourcePart, str] | None = None,
    chunk: int = 1 << 16,
    method: Method | None = None,
    graded: Sequence[str] = (),
) -> Prepared:
    """Prepare the files of a set."""
    sources = [
        Source((names or {}).get(part, f"{part}.jsonl"), part, partial(_opened, data, chunk))
        for part, data in files.items()
    ]
    return prepared(sources, Assignment(options, method, graded))


def prepared(sources: Sequence[Source], assignment: Assignment, hire: Hire | None = None) -> Prepared:
    """Prepare files, alone or with others."""
    sinks: dict[str, Written] = {}

    def outputs() -> Outputs:
        sinks.update({name: Written() for name in ("training", "validation", "test", "rejects")})
        return Outputs(**sinks)

    with ScratchFiles() as scratch:
        report = prepare(sources, assignment, outputs, Tools(scratch, hire))
    written = {name: sink.getvalue() for name, sink in sinks.items()}
    lines = {name: [json.loads(line) for line in data.split(b"\n")[:-1]] for name, data in written.items()}
    lines["rejects"] = [{**line, **line["reasons"][0]} for line in lines["rejects"]]  # its first reason beside the rest
    return Prepared(report=report, written=written, **lines)


def _opened(data: bytes, chunk: int) -> Hashed:
    return Hashed(data[start : start + chunk] for start in range(0, len(data), chunk))


class Written(io.BytesIO):
    """A sink in memory."""

    def digest(self) -> str:
        return sha256(self.getvalue()).hexdigest()


def jsonl(rows: Iterable[object]) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def chat(prompt: str, reply: str = "Yes.") -> Line:
    return {"messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": reply}]}


def chats(count: int, start: int = 0) -> list[Line]:
    """Sound rows, all different."""
    return [chat(f"Question {number}?", f"Answer {number}.") for number in range(start, start + count)]


def said(line: Line) -> list[tuple[str, object]]:
    """What a line says, as role and content."""
    return [(message["role"], message.get("content")) for message in line["messages"]]  # type: ignore[index,union-attr]


def fates(prepared: Prepared) -> dict[str, int]:
    """The row accounting without its zeros."""
    return {name: count for name, count in prepared.report.rows.model_dump().items() if count}
