"""xLAM: `query`, the `tools` there are, and in `answers` the calls that answer it; both as JSON in a text, or as lists.

As in Salesforce/xlam-function-calling-60k (its shape as remembered: unconfirmed). The calls are what is learnt.
"""

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Format, Wishes, having
from shared.core.prepare.making.loose_json import NotLiteral, read_literal
from shared.core.prepare.making.tool_draft import ToolDraft, calls_of
from shared.core.prepare.making.toolbox import toolbox_of
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rules.tools import IS_CALL
from shared.core.prepare.rules.turns import HAS_BOTH_SIDES

NO_CALL = Fault(HAS_BOTH_SIDES, "'answers' is empty: there is no call to learn", "at least one call")
UNREADABLE = Fault(IS_CALL, "'answers' is not JSON", '[{"name": ..., "arguments": {...}}]')


class Xlam(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A row."""

    query: str
    answers: str | list[object]
    tools: str | list[object]
    system: str | None = None


def convert(row: Xlam, _wishes: Wishes) -> Example:
    """The query, and the calls as its reply."""
    draft = ToolDraft(toolbox_of(row.tools))
    draft.say("user", row.query, "query")
    calls = calls_of(_answers(row.answers))
    if not calls:
        raise Unusable(NO_CALL)
    draft.call(calls)
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


def _answers(answers: str | list[object]) -> object:
    if not isinstance(answers, str):
        return answers
    try:
        return read_literal(answers)
    except NotLiteral as error:
        raise Unusable(UNREADABLE) from error


def _plain(row: Xlam) -> Quotes | None:
    if not isinstance(row.answers, str) or not isinstance(row.tools, str):
        return None
    return Quotes(12, row.query.count('"') + row.answers.count('"') + row.tools.count('"'))


FORMATS = (
    Format(
        name="xLAM",
        order=90,
        fields="query, answers, tools",
        claims=having("query", "answers", "tools"),
        row=Xlam,
        converts={"sft": convert},
        plain=_plain,
    ),
)
