"""Bedrock's rows for Nova: `schemaVersion`, `system` and `messages` whose content is a list of texts.

Tools that such files paste into the text stay text. Rows for reinforcement end with a user message, and have a
`reference_answer` and other keys for the grader (Bedrock's user guide, "Fine-tune Nova models", 2026).
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct, field

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.raw_turns import objects_in
from shared.core.prepare.making.reference import KEY, with_item, with_text
from shared.core.prepare.rules.images import IS_IMAGE
from shared.core.prepare.targets import Problem

ELSEWHERE = Fault(
    IS_IMAGE,
    "an image, video or document lies in Amazon S3, where it cannot be read from",
    "chat rows with the image itself in 'image_url'",
)

ELSEWHERE_KEYS = frozenset({"image", "video", "document"})


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


class NovaProblem(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A question and what its grader reads."""

    schemaVersion: str  # noqa: N815 - the format's own spelling
    messages: list[NovaMessage]
    reference_answer: object
    system: list[Text] | None = None
    item: dict[str, object] = field(default_factory=dict[str, object])


OWN = frozenset({"schemaVersion", "messages", "system", KEY})


def convert(row: Nova, _wishes: Wishes) -> Example:
    """The same turns, each as one text."""
    draft = _draft(row.messages, row.system)
    return Example(draft.chat, draft.fixes)


def to_problem(row: NovaProblem, _wishes: Wishes) -> Example:
    """The same question, with all that its grader reads."""
    draft = _draft(row.messages, row.system)
    item, fixes = with_text({**row.item, KEY: row.reference_answer})
    return Example(Problem(draft.chat, item), [*draft.fixes, *fixes])


def _draft(messages: Sequence[NovaMessage], system: list[Text] | None) -> Draft:
    draft = Draft()
    for message in messages:
        draft.say(message.role, _joined(message.content), "messages")
    if system is not None:
        draft.instruct(_joined(system))
    return draft


def _joined(texts: list[Text]) -> str:
    return "\n".join(part.text for part in texts)


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Refuse what lies in files elsewhere."""
    for message in objects_in(row["messages"]):
        if any(not ELSEWHERE_KEYS.isdisjoint(part) for part in objects_in(message.get("content"))):
            raise Unusable(ELSEWHERE)
    return row, ()


def mend_problem(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The same, with what the grader reads in `item`."""
    mend(row)
    return with_item(row, OWN), ()


def claims_problem(keys: Keys) -> bool:
    """A reference answer beside the messages."""
    return {"schemaVersion", "messages", "reference_answer"} <= keys


FORMATS = (
    Format(
        name="Nova RFT",
        order=129,
        fields="schemaVersion, messages, reference_answer",
        claims=claims_problem,
        row=NovaProblem,
        converts={"rft": to_problem},
        mend=mend_problem,
    ),
    Format(
        name="Nova",
        order=130,
        fields="schemaVersion, system, messages",
        claims=having("schemaVersion", "messages"),
        row=Nova,
        converts={"sft": convert},
        mend=mend,
    ),
)
