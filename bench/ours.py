"""Our way to prepare a dataset, with outputs that keep nothing.

Files are hashed where they are read and written, in threads beside the engine (`shared.streams`): not here.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from bench.datasets import Dataset
from shared.core.prepare import Assignment, Outputs, Report, Source, Tools, prepare
from shared.core.prepare.examine import Examiner
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from shared.crew import Crew

CHUNK_BYTES = 256 * 1024
METHODS: dict[str, Method] = {"chat": "sft", "helpsteer": "sft", "dpo": "dpo"}

STRUCTURE = DataOptions(scan=False)
ALL_BUT_TOKENS = DataOptions()
STRUCTURE_AND_TOKENS = DataOptions(scan=False, tokens="exact")
EVERYTHING = DataOptions(tokens="exact")


class Nowhere:
    """Takes bytes and keeps none."""

    def write(self, data: bytes, /) -> None:
        """Forget them."""

    def digest(self) -> str:
        return "0" * 64


class Pieces:
    """A file's bytes, not hashed."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def digest(self) -> str:
        return "0" * 64


def one_process(options: DataOptions, dataset: Dataset) -> Report:
    """Prepare a dataset here."""
    return prepared(dataset, Assignment(options), Tools())


def two_processes(options: DataOptions, dataset: Dataset) -> Report:
    """Have two more processes examine the rows, starting them included."""
    return prepared(dataset, Assignment(options), Tools(hire=_hired))


def prepared(dataset: Dataset, assignment: Assignment, tools: Tools) -> Report:
    """Prepare a dataset that is to be split."""
    nowhere = Nowhere()
    source = Source(dataset.path.name, "whole", lambda: Pieces(_pieces(dataset.path)))
    return prepare([source], assignment, lambda: Outputs(nowhere, nowhere, nowhere, nowhere), tools)


def _hired(assignment: Assignment) -> Crew:
    return Crew(partial(Examiner, assignment), 2)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
