"""Alpaca and its relatives: an instruction, something to apply it to, and the output.

The reply may be called output, response, answer or completion; the input may be called context (Dolly); a system
prompt and earlier turns (`history`, pairs of what was said) may come with it.
"""

from msgspec import Struct

from shared.core.prepare.draft import Draft
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Keys, Wishes
from shared.core.prepare.repeated_keys import Quotes

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


def claims(keys: Keys) -> bool:
    """An instruction and a reply, under one of its names."""
    return "instruction" in keys and not keys.isdisjoint(REPLIES)


def convert(row: Alpaca, _wishes: Wishes) -> Example:
    """The instruction with its input below; an empty input adds nothing."""
    draft = Draft()
    for asked, said in row.history or ():
        draft.say("user", asked, "history")
        draft.say("assistant", said, "history")
    draft.say("user", _asked(row), "instruction")
    draft.say("assistant", *_reply(row))
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


def _asked(row: Alpaca) -> str:
    below = [text for text in (row.context, row.input) if text and text.strip()]
    return "\n\n".join([row.instruction, *below])


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


FORMATS = (
    Format(
        name="Alpaca",
        order=160,
        fields="instruction, input, output",
        claims=claims,
        row=Alpaca,
        converts={"sft": convert},
        plain=_plain,
    ),
)
