"""Alpaca and its relatives: an instruction, something to apply it to, and the output.

The reply may be called output, response, answer or completion; the input may be called context (Dolly); a system
prompt and earlier turns (`history`, pairs of what was said) may come with it. OASST's flat files write INSTRUCTION and
RESPONSE.

A row with a `reflection` on its output has a `corrected` output: that one is the reply, and the better one of both.
"""

from typing import cast

from msgspec import Struct

from shared.core.prepare.chat import Chat, text_of
from shared.core.prepare.faults import Fault, Tie, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.reference import by_reply
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Preference, Reply, chat_of

IS_BETTER = Rule(88, "ties", "info", "nothing to do; such rows teach no preference")
UNCHANGED = Fault(IS_BETTER, "'corrected' is equal to 'output'")

REPLIES = ("output", "response", "answer", "completion")


class Alpaca(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An instruction and its output."""

    instruction: str
    input: str | None = None
    context: str | None = None
    output: str | None = None
    response: str | None = None
    answer: str | None = None
    completion: str | None = None
    system: str | None = None
    history: list[tuple[str, str]] | None = None


class OasstFlat(Struct, forbid_unknown_fields=True, omit_defaults=True, rename="upper", gc=False):
    """A row `{"INSTRUCTION": ..., "RESPONSE": ...}`."""

    instruction: str
    response: str


class Reflection(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An instruction, its output, what was wrong with that, and the corrected output."""

    instruction: str
    output: str
    corrected: str
    reflection: str | None = None
    input: str | None = None


def claims(keys: Keys) -> bool:
    """An instruction and a reply, under one of its names."""
    return "instruction" in keys and not keys.isdisjoint(REPLIES)


def convert(row: Alpaca, _wishes: Wishes) -> Example:
    """The instruction with its input below; an empty input adds nothing."""
    draft = Draft()
    for asked, said in row.history or ():
        draft.say("user", asked, "history")
        draft.say("assistant", said, "history")
    draft.say("user", _asked(row.instruction, row.context, row.input), "instruction")
    draft.say("assistant", *_reply(row))
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


def from_oasst(row: OasstFlat, _wishes: Wishes) -> Example:
    """An instruction and its response."""
    return exchange((row.instruction, "INSTRUCTION"), (row.response, "RESPONSE"), None)


def from_reflection(row: Reflection, _wishes: Wishes) -> Example:
    """The instruction and the corrected output."""
    return _reflected(row, row.corrected, "corrected")


def preferred(row: Reflection, wishes: Wishes) -> Example:
    """The corrected output rather than the first one."""
    better, worse = from_reflection(row, wishes), _reflected(row, row.output, "output")
    *asked, good = chat_of(better.target).messages
    bad = chat_of(worse.target).messages[-1]
    if text_of(good) == text_of(bad):
        raise Tie(UNCHANGED)
    return Example(Preference(Chat(asked), [cast("Reply", good)], [cast("Reply", bad)]), better.fixes)


def _reflected(row: Reflection, reply: str, field: str) -> Example:
    asked = _asked(row.instruction, row.input)
    return exchange((asked, "instruction"), (reply, field), None)


def _asked(instruction: str, *below: str | None) -> str:
    return "\n\n".join([instruction, *(text for text in below if text and text.strip())])


def _reply(row: Alpaca) -> tuple[str, str]:
    replies = [(text, field) for field in REPLIES if (text := getattr(row, field)) is not None]
    if len(replies) != 1:
        found = "no reply" if not replies else "several replies"
        raise Unusable(Fault(HAS_FIELDS, f"{found} beside 'instruction'", "one of " + ", ".join(REPLIES)))
    return replies[0]


def _plain(row: Alpaca) -> Quotes | None:
    """Instruction, input and output, each a text; whatever else a sound row may have adds quotes."""
    if row.input is None or row.output is None:
        return None
    return Quotes(12, row.instruction.count('"') + row.input.count('"') + row.output.count('"'))


def _plain_oasst(row: OasstFlat) -> Quotes:
    return Quotes(8, row.instruction.count('"') + row.response.count('"'))


FORMATS = (
    Format(
        name="reflection",
        order=158,
        fields="instruction, output, reflection, corrected",
        claims=having("instruction", "output", "corrected"),
        row=Reflection,
        converts={"sft": from_reflection, "dpo": preferred},
    ),
    Format(
        name="OASST flat",
        order=159,
        fields="INSTRUCTION, RESPONSE",
        claims=having("INSTRUCTION", "RESPONSE"),
        row=OasstFlat,
        converts={"sft": from_oasst, "rft": by_reply(from_oasst)},
        plain=_plain_oasst,
    ),
    Format(
        name="Alpaca",
        order=160,
        fields="instruction, input, output",
        claims=claims,
        row=Alpaca,
        converts={"sft": convert, "rft": by_reply(convert)},
        plain=_plain,
    ),
)
