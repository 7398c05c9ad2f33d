"""Converting one row to a preference, for the tables of the formats."""

from typing import NamedTuple

from shared.core.prepare.targets import Method
from shared.core.recipe import DataOptions
from tests.core.prepare.dropping import LENIENT, Line, drop, fates, jsonl

PROMPT = [("user", "Which saw?")]
TRIMMED = "white space around a text was removed"
CUT = "a prompt was cut into turns at its markers"
REPEATED = "the prompt stood in front of a reply once more, and was taken out there"
RENAMED = "a role was renamed to the one the service knows"
LEFT_OUT = "keys that are not learnt were left out: "


class Preferred(NamedTuple):
    """A pair, as role and content."""

    prompt: list[tuple[str, object]]
    better: list[tuple[str, object]]
    worse: list[tuple[str, object]]


def asked(*texts: str, better: str = "A fine one.", worse: str = "Any.") -> Preferred:
    """A pair below turns that a user begins."""
    turns = [("assistant" if place % 2 else "user", text) for place, text in enumerate(texts or ("Which saw?",))]
    return Preferred([*turns], [("assistant", better)], [("assistant", worse)])


def pair_in(line: Line) -> Preferred:
    """What a line says."""
    assert list(line) == ["input", "preferred_output", "non_preferred_output"]
    given = line["input"]["messages"]  # type: ignore[index,call-overload]
    outputs = (given, line["preferred_output"], line["non_preferred_output"])
    return Preferred(*([(one["role"], one.get("content")) for one in messages] for messages in outputs))  # type: ignore[union-attr]


def preferred(row: object, method: Method | None = None) -> tuple[str, Preferred, list[str]]:
    """The format a row is taken for, its pair, and what was repaired, in the order of the alphabet.

    The row is dropped twice: the second time it may be read in the fast way, which must come to the same example.
    """
    prepared = drop(jsonl([row, row]), method=method)
    assert prepared.report.method == "dpo"
    assert prepared.report.rows.duplicates == 1
    [(name, votes)] = prepared.report.formats.items()
    [line] = prepared.training
    assert votes == 2
    return name, pair_in(line), sorted(found.message for found in prepared.report.findings if found.severity == "fix")


def learnt(row: object) -> list[tuple[str, object]]:
    """What is learnt from a row by the supervised method."""
    [line] = drop(jsonl([row]), method="sft").training
    return [(one["role"], one.get("content")) for one in line["messages"]]  # type: ignore[union-attr]


def end_of(row: object, options: DataOptions = LENIENT, method: Method | None = None) -> tuple[str, int | None, str]:
    """The fate of a row of which nothing is made, the rule, and the reason."""
    prepared = drop(jsonl([row]), options, method=method)
    [fate] = fates(prepared).keys() - {"read"}
    [found] = prepared.report.findings
    return fate, found.rule, found.message


def apart(margin: float) -> DataOptions:
    """Options that ask for scores so far apart."""
    return LENIENT.model_copy(update={"min_margin": margin})


def taken_for(*rows: object) -> list[str]:
    """The formats that rows are taken for when they come one after another, twice."""
    found = drop(jsonl([*rows, *rows])).report.formats
    assert set(found.values()) == {2}
    return sorted(found)
