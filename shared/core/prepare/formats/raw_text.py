"""Rows of one `text`: a conversation as it was written for some model's template, or text that answers nothing."""

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import IS_PREPARED, Example, Format, Wishes, having
from shared.core.prepare.making.dialects import turns_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.repeated_keys import Quotes

NO_REPLY = Fault(
    IS_PREPARED,
    "there is no reply to learn (raw text)",
    "turns marked as in ChatML, Llama, Zephyr or Gemma templates, ### Instruction: and ### Response:, Human: and "
    "Assistant:",
)


class RawText(Struct, forbid_unknown_fields=True, gc=False):
    """A row `{"text": ...}`."""

    text: str


def convert(row: RawText, _wishes: Wishes) -> Example:
    """The turns that the text marks."""
    turns = turns_of(row.text)
    if turns is None:
        raise Unusable(NO_REPLY)
    draft = Draft()
    draft.say_all(turns, "text")
    return Example(draft.chat, draft.fixes)


def _plain(row: RawText) -> Quotes:
    return Quotes(4, row.text.count('"'))


FORMATS = (
    Format(
        name="raw text",
        order=185,
        fields="text",
        claims=having("text"),
        row=RawText,
        converts={"sft": convert},
        plain=_plain,
    ),
)
