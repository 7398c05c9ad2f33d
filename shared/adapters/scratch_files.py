"""Scratch on the local disk: files without names, and a process of its own for each table that is read."""

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from typing import IO, Self, cast

from shared.core.prepare.containers.scratch import IS_TABLE, TableKind
from shared.core.prepare.faults import Fault, Unreadable, shown
from shared.core.prepare.rule import Rule

PIECE_BYTES = 256 * 1024
READER = "shared.adapters.table_reader"
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "TMPDIR")  #: of the environment; secrets stay here
FRUGAL = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "1", "OPENBLAS_NUM_THREADS": "1"}
IS_NOTED = Rule(13, "table", "info", "nothing to do")
NAMES: dict[TableKind, str] = {
    "parquet": "Parquet file",
    "arrow": "Arrow file",
    "arrow_stream": "Arrow stream",
    "sheet": "Excel workbook",
}

log = logging.getLogger("tunedrop.tables")


class ScratchFiles:
    """Files that are gone when the `with` block ends."""

    def __init__(self) -> None:
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def keep(self, chunks: Iterable[bytes]) -> IO[bytes]:
        """See `Scratch`."""
        file = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with all others
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        return file

    def rows(self, kind: TableKind, file: IO[bytes], notes: list[Fault]) -> Iterator[bytes]:
        """See `Scratch`. The reader is ended with the `with` block, however far it has come."""
        rows = _read(kind, file, notes)
        self._open.callback(rows.close)
        return rows


def _read(kind: TableKind, file: IO[bytes], notes: list[Fault]) -> Generator[bytes]:
    with tempfile.TemporaryFile() as told:
        command = [sys.executable, "-P", "-W", "ignore", "-m", READER, kind]
        with subprocess.Popen(  # noqa: S603 - our own program, and a word of our own
            command, stdin=file, stdout=subprocess.PIPE, stderr=told, env=_environment()
        ) as reader:
            try:
                yield from _pieces(cast("IO[bytes]", reader.stdout))
                status = reader.wait()
            finally:
                reader.kill()
        told.seek(0)
        _judge(kind, status, told.read(PIECE_BYTES), notes)


def _pieces(output: IO[bytes]) -> Iterator[bytes]:
    while piece := output.read(PIECE_BYTES):
        yield piece


def _environment() -> dict[str, str]:
    passed_on = {name: value for name in PASSED_ON if (value := os.environ.get(name))}
    return {**passed_on, **FRUGAL, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


def _judge(kind: TableKind, status: int, told: bytes, notes: list[Fault]) -> None:
    """Take the reader's words. Raises `Unreadable` if it did not come to the end of the file."""
    ready, *words = [line for line in told.decode(errors="replace").splitlines() if line.startswith("{")] or [""]
    if not ready:
        raise RuntimeError(f"the reader of tables does not start: status {status}")
    for word in (cast("dict[str, str]", json.loads(line)) for line in words):
        if "note" in word:
            notes.append(Fault(IS_NOTED, word["note"]))
        if "fell" in word:
            log.warning("the reader of tables met an %s in a %s", word["fell"], NAMES[kind])
        if "reason" in word:
            raise Unreadable(Fault(IS_TABLE, word["reason"].format(shown(word["name"])), word["expected"]))
    if status:
        raise Unreadable(Fault(IS_TABLE, f"the {NAMES[kind]} is damaged", "a whole file"))
