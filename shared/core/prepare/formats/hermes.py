"""Hermes: ShareGPT turns with tools and calls in tags, `<tools>`, `<tool_call>` and `<tool_response>`.

As in NousResearch/hermes-function-calling-v1 (from memory: unconfirmed). The part of the system message that explains
the tags is left out.
"""

from shared.core.prepare.format import Format, Row, having
from shared.core.prepare.making.sharegpt_turns import ShareGpt, convert, is_hermes, quotes_of, said_in, texts_of
from shared.core.prepare.repeated_keys import Quotes


def fits(row: Row) -> bool:
    """Tags in its texts tell it from a plain conversation."""
    return is_hermes(texts_of(row))


def _plain(row: ShareGpt) -> Quotes | None:
    return quotes_of(row) if is_hermes(said_in(row)) else None


FORMATS = (
    Format(
        name="Hermes",
        order=110,
        fields="conversations with <tool_call>",
        claims=having("conversations"),
        row=ShareGpt,
        converts={"sft": convert},
        fits=fits,
        plain=_plain,
    ),
)
