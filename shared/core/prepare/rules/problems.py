"""Rules about reinforcement examples: that the grader finds what it reads, and that prompts are fit for the service."""

import re
from collections.abc import Iterator, Sequence

from shared.core import templates
from shared.core.prepare.chat import text_of
from shared.core.prepare.faults import Fault, shown
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Problem

GRADER_FINDS = Rule(106, "fields of the grader", "reject", "give the row the field, or correct the grader's template")
HAS_REFERENCE = Rule(107, "reference answer", "reject", "write the right answer, which the grader compares with")
ASKS_NO_THOUGHTS = Rule(108, "risky phrase", "warning", "ask for the answer only: such a model thinks by itself")
HAS_LINE_BREAKS = Rule(109, "shape of the problems", "warning", "write line breaks as \\n once, not as \\\\n")

RISKY = ("chain of thought", "chain-of-thought", "let me think")
ESCAPED_BREAK = re.compile(r"\\n(?![a-z])")  #: not LaTeX's \neq


def check(target: Problem, graded: Sequence[str]) -> Iterator[Fault]:
    """What is wrong with a problem. `graded` are the paths that the grader reads of a row, from `templates.fields`."""
    for path in graded:
        if not templates.is_in(path, target.item):
            yield Fault(GRADER_FINDS, f"the grader reads 'item.{shown(path)[1:-1]}', which the row does not have", path)
        elif _is_blank(target.item.get(path, path)):
            yield Fault(HAS_REFERENCE, f"{shown(path)}, which the grader reads, is empty", "an answer", path)
    for index, message in enumerate(target.chat.messages):
        text = text_of(message)
        folded = text.lower()
        if any(phrase in folded for phrase in RISKY):
            yield Fault(ASKS_NO_THOUGHTS, "a prompt asks for the chain of thought", "", f"messages[{index}].content")
        if "\\n" in text and ESCAPED_BREAK.search(text):
            reason = "a prompt has line breaks written as a backslash and an n"
            yield Fault(HAS_LINE_BREAKS, reason, "line breaks", f"messages[{index}].content")


def _is_blank(value: object) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
