"""ShareGPT: `conversations` of `{from, value}`, or of `{role, content}`; perhaps with LLaMA-Factory's `tools`."""

from shared.core.prepare.format import Format, having
from shared.core.prepare.making.sharegpt_turns import ShareGpt, convert, is_hermes, is_toolace, quotes_of, said_in
from shared.core.prepare.repeated_keys import Quotes


def _plain(row: ShareGpt) -> Quotes | None:
    texts = said_in(row)
    return None if is_hermes(texts) or is_toolace(texts) else quotes_of(row)


FORMATS = (
    Format(
        name="ShareGPT",
        order=113,
        fields="conversations",
        claims=having("conversations"),
        row=ShareGpt,
        converts={"sft": convert},
        plain=_plain,
    ),
)
