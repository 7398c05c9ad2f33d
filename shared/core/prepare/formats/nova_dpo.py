"""Nova's pairs: as its chats, but the last message holds two labelled candidates ("Nova user guide", DPO, 2025-12)."""

from typing import Literal, cast

from msgspec import Struct

from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Row, Wishes, having
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import ARE_TWO, answer, to_both

NOT_LAST = Fault(HAS_FIELDS, "a message before the last one has no content", "'candidates' in the last message only")
NOT_TWO = Fault(ARE_TWO, "the candidates are not one preferred and one non-preferred reply", "one of each")


class Text(Struct, forbid_unknown_fields=True, gc=False):
    """A piece of text; images and videos have other keys."""

    text: str


class Candidate(Struct, forbid_unknown_fields=True, gc=False):
    """A reply and what was thought of it."""

    content: list[Text]
    preferenceLabel: Literal["preferred", "non-preferred"]  # noqa: N815 - the format's own spelling


class Turn(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What one side says, or might say."""

    role: Literal["user", "assistant"]
    content: list[Text] | None = None
    candidates: list[Candidate] | None = None


class NovaDpo(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation with two ends."""

    messages: list[Turn]
    system: list[Text] | None = None
    schemaVersion: str | None = None  # noqa: N815 - the format's own spelling


def fits(row: Row) -> bool:
    """The last message has candidates: without them it is a chat."""
    messages = row["messages"]
    last = cast("list[object]", messages)[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and "candidates" in last


def prefer(row: NovaDpo, _wishes: Wishes) -> Example:
    """The preferred candidate over the other."""
    *before, last = row.messages
    candidates = {each.preferenceLabel: _joined(each.content) for each in last.candidates or ()}
    if len(candidates) != len(last.candidates or ()) or len(candidates) < len(("preferred", "non-preferred")):
        raise Unusable(NOT_TWO)
    draft = Draft()
    for turn in before:
        if turn.content is None:
            raise Unusable(NOT_LAST)
        draft.say(turn.role, _joined(turn.content), "messages")
    if row.system is not None:
        draft.instruct(_joined(row.system))
    return answer(draft, (candidates["preferred"], "preferred"), (candidates["non-preferred"], "non-preferred"))


def _joined(texts: list[Text]) -> str:
    return "\n".join(part.text for part in texts)


FORMATS = (
    Format(
        name="Nova DPO",
        order=75,
        fields="system, messages with candidates",
        claims=having("messages"),
        row=NovaDpo,
        converts=to_both(prefer),
        fits=fits,
    ),
)
