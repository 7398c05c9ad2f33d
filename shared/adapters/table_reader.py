"""The program that reads tables which are no text, apart from the app: such files can be made to harm their reader.

`python -m shared.adapters.table_reader KIND` reads the file at its standard input, and writes JSON lines. At its
standard error stands one JSON object a line: first `{"ready": true}`, then `{"note": TEXT}`, and at most one
`{"reason": TEXT, "expected": TEXT, "name": TEXT}`, which says why the file cannot be read. If it ends without a
reason and with another status than 0, the file has brought it down; `{"fell": NAME}` tells by which exception.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from types import TracebackType
from typing import cast

from shared.adapters.unreadable_table import UnreadableTable

FILE = "/dev/fd/0"
MEMORY_BYTES = 1024**3  #: of addresses, a quarter of which the libraries reserve and do not use
CPU_SECONDS = 15 * 60

TOO_MUCH = UnreadableTable("the table needs too much memory to be read", "smaller row groups, pages or sheets")

type Read = Callable[[str], Iterator[bytes]]


def main(kind: str) -> int:
    """Read the table at the standard input. Returns the exit status."""
    read = _reader(kind)
    sys.excepthook = _fall
    say(ready=True)
    _limit()
    try:
        for piece in read(FILE):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except UnreadableTable as error:
        return _refuse(error)
    except MemoryError:
        return _refuse(TOO_MUCH)
    return 0


def say(**words: object) -> None:
    """Tell whoever started this program."""
    sys.stderr.write(json.dumps(words) + "\n")


def _note(text: str) -> None:
    say(note=text)


def _fall(kind: type[BaseException], _error: BaseException, _where: TracebackType | None) -> None:
    """In place of a traceback, which may quote what the file holds."""
    say(fell=kind.__name__)


def _refuse(why: UnreadableTable) -> int:
    say(reason=why.reason, expected=why.expected, name=why.name)
    return 1


def _reader(kind: str) -> Read:
    """The reader of this kind, whose libraries are loaded here and nowhere else."""
    if kind == "sheet":
        return partial(import_module("shared.adapters.sheet_rows").sheet_rows, note=_note)
    return cast("Read", getattr(import_module("shared.adapters.arrow_rows"), f"{kind}_rows"))


def _limit() -> None:
    """Bound memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
