"""The files of a dataset on this machine: which part of it each is, and how it is read."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from shared.command.refusal import Refused
from shared.core.drop import SET_PARTS
from shared.core.prepare import Source, SourcePart
from shared.report.plain import one_line
from shared.streams import ReadAhead

type Read = Callable[[Path], Iterable[bytes]]


def sources(files: Sequence[Path], read: Read) -> list[Source]:
    """The files as the engine takes them: one is split, several are the parts of a set, told by their names.

    Raises `Refused` for files that make no set.
    """
    return [_source(file, part, read) for file, part in zip(files, _parts(files), strict=True)]


def _source(file: Path, part: SourcePart, read: Read) -> Source:
    return Source(one_line(file.name), part, lambda: ReadAhead(read(file)))


def _parts(files: Sequence[Path]) -> list[SourcePart]:
    if len(files) == 1:
        return ["whole"]
    parts: list[SourcePart] = [_part(file) for file in files]
    if len(set(parts)) < len(parts):
        raise Refused("two files are for the same part of the set")
    return parts


def _part(file: Path) -> SourcePart:
    part = SET_PARTS.get(file.name.partition(".")[0].lower())
    if part is None or part == "recipe":
        known = ", ".join(SET_PARTS)
        raise Refused(
            f"{one_line(file.name)!r} is no file of a set; found several files, whose names must begin: {known}"
        )
    return part
