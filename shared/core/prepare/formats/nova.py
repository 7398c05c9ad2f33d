"""Bedrock's rows for Nova: `schemaVersion`, `system` and `messages` whose content is a list of texts.

Tools that such files paste into the text stay text.
"""

from typing import Literal

from msgspec import Struct

from shared.core.prepare.draft import Draft
from shared.core.prepare.format import Example, Format, Wishes, having


class Text(Struct, forbid_unknown_fields=True, gc=False):
    """A piece of text; images and videos have other keys."""

    text: str


class NovaMessage(Struct, forbid_unknown_fields=True, gc=False):
    """What one side says."""

    role: Literal["user", "assistant"]
    content: list[Text]


class Nova(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation."""

    schemaVersion: str  # noqa: N815 - the format's own spelling
    messages: list[NovaMessage]
    system: list[Text] | None = None


def convert(row: Nova, _wishes: Wishes) -> Example:
    """The same turns, each as one text."""
    draft = Draft()
    for message in row.messages:
        draft.say(message.role, _joined(message.content), "messages")
    if row.system is not None:
        draft.instruct(_joined(row.system))
    return Example(draft.chat, draft.fixes)


def _joined(texts: list[Text]) -> str:
    return "\n".join(part.text for part in texts)


FORMATS = (
    Format(
        name="Nova",
        order=130,
        fields="schemaVersion, system, messages",
        claims=having("schemaVersion", "messages"),
        row=Nova,
        converts={"sft": convert},
    ),
)
