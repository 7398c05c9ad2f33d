"""Rules about reinforcement examples: that the grader finds in the row what it reads."""

from collections.abc import Iterator, Sequence

from shared.core import templates
from shared.core.prepare.faults import Fault, shown
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Problem

GRADER_FINDS = Rule(106, "fields of the grader", "reject", "give the row the field, or correct the grader's template")
HAS_REFERENCE = Rule(107, "reference answer", "reject", "write the right answer, which the grader compares with")


def check(target: Problem, graded: Sequence[str]) -> Iterator[Fault]:
    """What a grader misses. `graded` are the paths that it reads of a row, as `templates.fields` gives them."""
    for path in graded:
        if not templates.is_in(path, target.item):
            yield Fault(GRADER_FINDS, f"the row does not have what the grader reads: {shown(path)}", place=path)
        elif _is_blank(target.item.get(path, path)):
            yield Fault(HAS_REFERENCE, f"what the grader reads is empty: {shown(path)}", "an answer", path)


def _is_blank(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
