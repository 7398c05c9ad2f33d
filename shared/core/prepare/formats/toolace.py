"""ToolACE: ShareGPT turns whose calls are written `[name(key=value), ...]`, with the tools in `system`.

As in Team-ACE/ToolACE (from memory: unconfirmed). The part of the system message that describes the tools, and how to
write the calls, is left out.
"""

from shared.core.prepare.format import Format, Row, having
from shared.core.prepare.making.sharegpt_turns import (
    ShareGpt,
    convert,
    is_hermes,
    is_toolace,
    quotes_of,
    said_in,
    texts_of,
)
from shared.core.prepare.repeated_keys import Quotes


def fits(row: Row) -> bool:
    """Calls in brackets tell it from a plain conversation."""
    return is_toolace(texts_of(row))


def _plain(row: ShareGpt) -> Quotes | None:
    texts = said_in(row)
    return quotes_of(row) if is_toolace(texts) and not is_hermes(texts) else None


FORMATS = (
    Format(
        name="ToolACE",
        order=111,
        fields="conversations with [name(key=value)]",
        claims=having("conversations"),
        row=ShareGpt,
        converts={"sft": convert},
        fits=fits,
        plain=_plain,
    ),
)
