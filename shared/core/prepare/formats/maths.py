r"""Mathematical problems with a worked solution: MATH, NuminaMath and their relatives.

The solution is the reply to learn. For reinforcement the reference answer is `answer`, if there is one, or what the
solution ends in (`\boxed{...}` or `####`); problem and solution stay for the grader.
"""

from collections.abc import Sequence

from msgspec import Struct, field

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Row, Wishes
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.reference import as_text, checkable, left_out, problem, with_item
from shared.core.prepare.repeated_keys import Quotes

OWN = frozenset({"problem", "solution", "answer"})
NO_SOLUTION = Fault(HAS_FIELDS, "'solution' is missing beside 'problem'", "a worked solution, or 'answer'")


class Maths(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A problem and its solution."""

    problem: str
    solution: str | None = None
    answer: str | int | float | None = None
    item: dict[str, object] = field(default_factory=dict[str, object])


def claims(keys: Keys) -> bool:
    """A problem, and its solution or answer."""
    return "problem" in keys and not keys.isdisjoint({"solution", "answer"}) and "messages" not in keys


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Keep the other columns for the grader."""
    return with_item(row, OWN), ()


def convert(row: Maths, _wishes: Wishes) -> Example:
    """The problem and its solution, or its answer where there is no solution."""
    reply = (row.solution, "solution") if row.solution else (_answer(row), "answer")
    made = exchange((row.problem, "problem"), reply, None)
    unused = ["answer"] if row.solution and row.answer is not None else []
    return made._replace(fixes=[*made.fixes, *left_out([*row.item, *unused])])


def to_problem(row: Maths, _wishes: Wishes) -> Example:
    """The problem and its answer."""
    draft = Draft()
    draft.say("user", row.problem, "problem")
    originals = {"problem": row.problem, "solution": row.solution, "answer": row.answer}
    item = {**row.item, **{key: value for key, value in originals.items() if value is not None}}
    reference = checkable(row.solution or "") if row.answer is None else _answer(row)
    return Example(problem(draft.chat, reference, item), draft.fixes)


def _answer(row: Maths) -> str:
    if row.answer is None:
        raise Unusable(NO_SOLUTION)
    return as_text(row.answer)


def _plain(row: Maths) -> Quotes | None:
    if row.solution is None or row.answer is not None or row.item:
        return None
    return Quotes(8, row.problem.count('"') + row.solution.count('"'))


FORMATS = (
    Format(
        name="problem/solution",
        order=170,
        fields="problem, solution",
        claims=claims,
        row=Maths,
        converts={"sft": convert, "rft": to_problem},
        mend=mend,
        plain=_plain,
    ),
)
