"""Our way to prepare a dataset, with outputs that keep nothing.

Files are hashed where they are read and written, in threads beside the engine (`shared.streams`): not here.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from bench.datasets import Dataset, lines
from bench.preparation.rounds import Task
from shared.core.prepare import Assignment, Outputs, Report, Source, Tools, prepare
from shared.core.prepare.examine import Examiner
from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from shared.crew import Crew

PIECE_BYTES = 256 * 1024
BARE_HANDS = Tools()
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


class Unhashed:
    """A file's bytes."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def digest(self) -> str:
        return "0" * 64


def one_process(options: DataOptions, dataset: Dataset) -> Task:
    """Everything here, in a process that has prepared something before: patterns and vocabulary are loaded."""
    _warm_up()
    return partial(prepared, partial(pieces, dataset), Assignment(options))


def two_processes(options: DataOptions, dataset: Dataset) -> Task:
    """With a crew of two that is started for the task, as `tunedrop --jobs 2` starts it."""
    return partial(prepared, partial(pieces, dataset), Assignment(options), Tools(hire=started))


def two_waiting(options: DataOptions, dataset: Dataset) -> Task:
    """With a crew of two that has begun before."""
    crew = started(Assignment(options, METHODS[dataset.kind]))
    while not crew.is_ready():
        time.sleep(0.01)
    return partial(prepared, partial(pieces, dataset), Assignment(options), Tools(hire=lambda _: crew))


def prepared(read: Callable[[], Iterable[bytes]], assignment: Assignment, tools: Tools = BARE_HANDS) -> Report:
    """What becomes of a dataset that is to be split."""
    nowhere = Nowhere()
    source = Source("bench.jsonl", "whole", lambda: Unhashed(read()))
    return prepare([source], assignment, lambda: Outputs(nowhere, nowhere, nowhere, nowhere), tools)


def pieces(dataset: Dataset) -> Iterator[bytes]:
    """The bytes of its file."""
    with dataset.path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def started(assignment: Assignment) -> Crew:
    """Two processes that will help."""
    return Crew(partial(Examiner, assignment), 2)


@cache
def _warm_up() -> None:
    prepared(partial(lines, "chat", 1), Assignment(EVERYTHING))
