"""Pairs of one prompt and one reply under other names than `prompt` and `response`.

A summary has its text for a prompt, as its rows have no instruction: a recipe's `system_prompt` can give one.
"""

from collections.abc import Callable
from typing import cast

from msgspec import Struct, defstruct

from shared.core.prepare.format import Convert, Example, Format, Keys, Wishes
from shared.core.prepare.making.exchange import exchange
from shared.core.prepare.making.reference import by_reply
from shared.core.prepare.repeated_keys import Quotes


class Exchange(Struct):
    """A prompt and its reply, whatever their fields are called."""

    asked: str
    replied: str
    system: str | None = None


NAMES: tuple[tuple[int, str, str], ...] = (
    (161, "input", "output"),
    (162, "input", "target"),  # firefly
    (163, "inputs", "targets"),
    (164, "message_1", "message_2"),  # camel
    (165, "prompt", "generation"),  # metharme
    (166, "query", "response"),  # SageMaker's evaluations
    (167, "article", "summary"),
    (168, "document", "summary"),
    (169, "dialogue", "summary"),
    (175, "prompt", "answer"),
    (176, "input_text", "output_text"),  # Vertex, before Gemini
)
"""Place in the order of tries, the prompt's field and the reply's."""


def _row(asked: str, replied: str) -> type[Exchange]:
    fields = [("asked", str), ("replied", str), ("system", str | None, None)]
    row = defstruct(
        "Exchange",
        fields,
        bases=(Exchange,),
        rename={"asked": asked, "replied": replied},
        forbid_unknown_fields=True,
        omit_defaults=True,
        gc=False,
    )
    return cast("type[Exchange]", row)


def _convert(asked: str, replied: str) -> Convert[Exchange]:
    def convert(row: Exchange, _wishes: Wishes) -> Example:
        return exchange((row.asked, asked), (row.replied, replied), row.system)

    return convert


def _claims(asked: str, replied: str) -> Callable[[Keys], bool]:
    pair = {asked, replied}
    return lambda keys: pair <= keys and "messages" not in keys


def _plain(row: Exchange) -> Quotes:
    return Quotes(8, row.asked.count('"') + row.replied.count('"'))


def _format(order: int, asked: str, replied: str) -> Format[Exchange]:
    convert = _convert(asked, replied)
    return Format(
        name=f"{asked}/{replied}",
        order=order,
        fields=f"{asked}, {replied}",
        claims=_claims(asked, replied),
        row=_row(asked, replied),
        converts={"sft": convert, "rft": by_reply(convert)},
        plain=_plain,
    )


FORMATS = tuple(_format(*names) for names in NAMES)
