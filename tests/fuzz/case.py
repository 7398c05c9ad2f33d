"""One random dataset, and what must hold for its preparation."""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self, cast, get_args

from local.foundry.row_rules import RowFault, read_row
from shared.core.prepare import Assignment, json_text
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from tests.core.prepare.both_ways import both_ways
from tests.core.prepare.dropping import LENIENT, Prepared, drop

KINDS: dict[Method | None, str] = {"sft": "supervised", "dpo": "dpo", "rft": "reinforcement"}
OWN: dict[Method, str] = {"sft": "Azure chat", "dpo": "Azure DPO", "rft": "Azure RFT"}
"""The formats that are written. A problem's fields, which may have any names, can make it look like another."""
PARTS = ("training", "validation", "test")


class Broken(AssertionError):
    """Something that must hold does not."""


@dataclass(frozen=True)
class Case:
    data: bytes
    name: str
    options: DataOptions
    method: Method | None
    chunk: int  #: bytes that a second reading takes at once

    def check(self) -> None:
        """Prepare the dataset in several ways. Raises whatever the engine raises, and `Broken`."""
        prepared = self._prepared(self.data, 1 << 16)
        for fault in _misaccounted(prepared):
            raise Broken(fault)
        self._check_chunks(prepared)
        self._check_both_ways()
        if not self.options.rules:  # which may let pass what no service takes
            for fault in refused_by_the_service(prepared):
                raise Broken(fault)
            self._check_again(prepared)

    def _prepared(self, data: bytes, chunk: int) -> Prepared:
        return drop(data, self.options, self.name, chunk, self.method)

    def _check_chunks(self, prepared: Prepared) -> None:
        other = self._prepared(self.data, self.chunk)
        if (other.written, other.report) != (prepared.written, prepared.report):
            raise Broken("chunks change what comes out")
        if self.data[:2] != b"\x1f\x8b":
            unpacked = self._prepared(gzip.compress(self.data, compresslevel=1, mtime=0), 1 << 16)
            if unpacked.written != prepared.written:
                raise Broken("gzip changes what comes out")

    def _check_both_ways(self) -> None:
        quick, careful = both_ways(self.data, Assignment(self.options, self.method))
        if quick != careful:
            raise Broken("the quick way through a block comes to something else")

    def _check_again(self, prepared: Prepared) -> None:
        """What was prepared is prepared already; twice, since a single row may be a file of another kind."""
        lines = prepared.written["training"] + prepared.written["validation"] + prepared.written["test"]
        method = prepared.report.method
        options = LENIENT.model_copy(update={"format": OWN[method] if method else None})
        again = drop(lines * 2, options, method=method)
        if lines and (again.written["training"] != lines or again.report.rows.fixed or again.report.rows.rejected):
            raise Broken(f"not the same when prepared again: {again.messages()}")

    def as_json(self) -> str:
        """To be kept and replayed."""
        options = self.options.model_dump(mode="json", exclude_unset=True)
        data = b64encode(self.data).decode()
        return json.dumps([data, self.name, options, self.method, self.chunk])

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The case that was kept."""
        data, name, options, method, chunk = cast("list[Any]", json.loads(text))
        return cls(b64decode(data), name, DataOptions.model_validate(options), method, chunk)


def _misaccounted(prepared: Prepared) -> Iterator[str]:
    report = prepared.report
    rows, lines = report.rows, len(prepared.all_lines)
    if rows.rejected != len(prepared.rejects):
        yield f"{rows.rejected} rejected, {len(prepared.rejects)} in the rejects file"
    if not lines <= rows.kept + rows.fixed + rows.test:
        yield f"more lines than rows: {rows}"
    if bool(lines) != bool(rows.kept + rows.fixed + rows.test):
        yield f"{rows}, and {lines} lines"
    if report.is_accepted == bool(report.reasons):
        yield f"{report.verdict} for {len(report.reasons)} reasons"


def refused_by_the_service(prepared: Prepared) -> Iterator[str]:
    """What a stand-in for the service says about the prepared files, which knows nothing of the engine."""
    for part in PARTS:
        for line in prepared.written[part].split(b"\n")[:-1]:
            if json_text.explain(line):
                yield "a line is no sound JSON"
            try:
                read_row(line, KINDS[prepared.report.method])
            except RowFault as fault:
                yield f"a line is refused: {fault}"


METHODS: tuple[Method, ...] = get_args(Method.__value__)
