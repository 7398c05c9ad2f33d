"""How far the reading of long files has come, on a terminal."""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from shared.command.dataset import Read

CHUNK_BYTES = 1024 * 1024
LONG_BYTES = 8 * 1024 * 1024  #: a shorter dataset is read before anybody wonders


class Meter:
    """Reads files and counts their bytes. A file that is read again is counted again from its beginning."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self._read: dict[Path, int] = {}

    def read(self, file: Path) -> Iterator[bytes]:
        """The bytes of a file. Raises `OSError`."""
        self._read[file] = 0
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                self._read[file] += len(chunk)
                self._progress.update(self._task, completed=sum(self._read.values()))
                yield chunk


@contextmanager
def progress_of(files: Sequence[Path]) -> Generator[Read]:
    """A way to read the files that shows how far it is. Raises `OSError` if one is not there."""
    total = sum(file.stat().st_size for file in files)
    columns = (TextColumn("reading"), BarColumn(30), DownloadColumn(), TimeRemainingColumn())
    is_shown = sys.stderr.isatty() and total >= LONG_BYTES
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_shown) as progress:
        yield Meter(progress, progress.add_task("reading", total=total)).read
