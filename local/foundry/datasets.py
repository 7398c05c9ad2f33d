"""Reading uploaded files, when they arrive and when a job wants them; line by line, so that size is no matter."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from local.foundry.lessons import Lesson, lesson_of
from local.foundry.row_rules import RowFault, has_images, read_row

MOST_LESSONS = 5_000
MOST_FAULTS = 5
BYTES_A_TOKEN = 4  # the usual rule of thumb for English; billing in the stand-in is by it
_BOM = b"\xef\xbb\xbf"


class Dataset(NamedTuple):
    """A file as a job sees it."""

    examples: int
    tokens: int
    faults: tuple[str, ...]  #: of the first bad lines
    images: bool
    lessons: tuple[Lesson, ...]  #: at most `MOST_LESSONS`, evenly spread; of the good lines


def import_fault(path: Path) -> str | None:
    """Why the service would not import a file for fine-tuning, or None: each line has to be a JSON object."""
    decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
    good = 0
    for number, line in _lines(path):
        try:
            decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            start = line[:20].decode(errors="replace")
            hint = f'line {number} is not a dictionary (HINT: line starts with: "{start}")'
            return f"Validation of jsonl file failed: {hint}: {error}"
        good += 1
    return None if good else "Validation of jsonl file failed: No valid json line found in file."


def read_dataset(path: Path, method: str, grader: dict[str, Any] | None) -> Dataset:
    """Check each row and keep what is taught. Never raises for what is in the file."""
    examples = sum(1 for _ in _lines(path))
    stride = max(1, -(-examples // MOST_LESSONS))
    faults: list[str] = []
    lessons: list[Lesson] = []
    tokens, images = 0, False
    for number, line in _lines(path):
        tokens += -(-len(line) // BYTES_A_TOKEN)
        try:
            row = read_row(line, method)
        except RowFault as error:
            faults.append(f"line {number}: {error}")
            continue
        images = images or has_images(row)
        if number % stride == 0:
            lessons.append(lesson_of(line, method, grader))
    return Dataset(examples, tokens, _first(faults), images, tuple(lessons))


def _first(faults: list[str]) -> tuple[str, ...]:
    more = len(faults) - MOST_FAULTS
    return (*faults[:MOST_FAULTS], *([f"and {more} more"] if more > 0 else []))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        yield from _filled(file)


def _filled(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(lines, start=1):
        bare = (line.removeprefix(_BOM) if number == 1 else line).strip()
        if bare:
            yield number, bare
