"""Rules 107, 109 and 112: whether problems have one shape, what answers are compared with, and what is rewarded."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import xxhash
from msgspec.json import encode

from shared.core.grader import StringCheck
from shared.core.prepare.chat import text_of
from shared.core.prepare.faults import Fault, listed, shown
from shared.core.prepare.report import Place
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.survey.spots import Spots
from shared.core.prepare.targets import Problem
from shared.core.templates import filled

MOST_SHAPES = 64  #: different sets of keys that are kept apart
ENOUGH_PROBLEMS = 10  #: to wonder that all have one answer

HAS_ONE_SHAPE = Rule(
    109, "shape of the problems", "warning", "give every row the same keys, those of the other files too"
)
HAS_ONE_TYPE = Rule(107, "reference answer", "warning", "write the answer in the same way in every row")

TELLS_APART = Rule(
    112,
    "graders that can be tricked",
    "warning",
    "compare the whole answer (eq), or ask so that the answer is not given",
)

KINDS: Mapping[type, str] = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}


class References:
    """What one field that the grader reads is in the rows."""

    def __init__(self) -> None:
        self.kinds = Counter[str]()
        self.digests: set[int] = set()  #: of different values; two are enough to know that they differ

    def add(self, value: object) -> None:
        """Look at a row's value."""
        self.kinds[KINDS.get(type(value), "an object")] += 1
        if len(self.digests) < 2:  # noqa: PLR2004 - enough to know
            self.digests.add(xxhash.xxh3_64_intdigest(encode(value)))

    def merge(self, later: "References") -> None:
        """Add what another process saw."""
        self.kinds.update(later.kinds)
        self.digests |= later.digests

    def reasons(self, name: str) -> Iterator[str]:
        """What is wrong with the field."""
        if len(self.kinds) > 1:
            told = ", ".join(f"{kind} in {count:,} rows" for kind, count in sorted(self.kinds.items()))
            yield f"{name}, which the grader reads, is not of one type: {told}"
        if len(self.digests) == 1 and self.kinds.total() >= ENOUGH_PROBLEMS:
            yield f"{name}, which the grader reads, is the same in every row: one answer is always right"


class Probes:
    """Answers that nobody has to think for, and the rows in which the grader treats them as it should not."""

    def __init__(self, grader: StringCheck) -> None:
        self.grader = grader
        self.empty, self.echo, self.copy = Spots(), Spots(), Spots()

    def add(self, problem: Problem, file: str, line: int) -> None:
        """Try a row."""
        rewards = partial(self.grader.rewards, item=problem.item)
        asked = text_of(problem.chat.messages[-1]) if problem.chat.messages else ""
        reference = filled(self.grader.reference, problem.item, "")
        if rewards(""):
            self.empty.add(file, line)
        if asked and rewards(asked):
            self.echo.add(file, line)
        if reference is not None and rewards(reference) is False:
            self.copy.add(file, line)

    def merge(self, later: "Probes") -> None:
        """Add what another process saw in later rows."""
        self.empty.merge(later.empty)
        self.echo.merge(later.echo)
        self.copy.merge(later.copy)

    def faults(self) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        """What is to be said."""
        tried = {
            "an empty answer is rewarded": self.empty,
            "an answer that only repeats the question is rewarded": self.echo,
            "the right answer is not rewarded": self.copy,
        }
        for what, spots in tried.items():
            if spots.count:
                rows = "one row" if spots.count == 1 else f"{spots.count:,} rows"
                yield Fault(TELLS_APART, f"{what} in {rows}"), spots.places


class ProblemSurvey:
    """The problems of a dataset."""

    def __init__(self, graded: Sequence[str], probe: StringCheck | None = None) -> None:
        self.graded = {path: References() for path in graded}
        self.probes = Probes(probe) if probe else None
        self.shapes: dict[frozenset[str], Spots] = {}

    def add(self, problem: Problem, file: str, line: int) -> None:
        """Look at a problem."""
        shape = frozenset(problem.item)
        if shape not in self.shapes and len(self.shapes) < MOST_SHAPES:
            self.shapes[shape] = Spots()
        if spots := self.shapes.get(shape):
            spots.add(file, line)
        for path, references in self.graded.items():
            if path in problem.item:
                references.add(problem.item[path])
        if self.probes:
            self.probes.add(problem, file, line)

    def merge(self, later: "ProblemSurvey") -> None:
        """Add what another process saw in later rows."""
        for shape, spots in later.shapes.items():
            if shape in self.shapes or len(self.shapes) < MOST_SHAPES:
                self.shapes.setdefault(shape, Spots()).merge(spots)
        for path, references in later.graded.items():
            self.graded[path].merge(references)
        if self.probes and later.probes:
            self.probes.merge(later.probes)

    def faults(self) -> Iterator[tuple[Fault, tuple[Place, ...]]]:
        """What is to be said."""
        if len(self.shapes) > 1:
            count = Counter(key for shape in self.shapes for key in shape)
            varying = sorted(key for key, shapes in count.items() if shapes < len(self.shapes))
            _, *others = sorted(self.shapes.values(), key=lambda spots: -spots.count)
            elsewhere = Spots()
            for spots in others:
                elsewhere.merge(spots)
            reason = f"the rows do not all have the same keys; in some only: {listed(varying)}"
            yield Fault(HAS_ONE_SHAPE, reason), elsewhere.places
        for path, references in self.graded.items():
            for reason in references.reasons(shown(path)):
                yield Fault(HAS_ONE_TYPE, reason), ()
        if self.probes:
            yield from self.probes.faults()
