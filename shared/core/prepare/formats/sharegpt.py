"""ShareGPT: `conversations` of `{from, value}`, or of `{role, content}`."""

from collections.abc import Mapping

from msgspec import Struct

from shared.core.prepare.draft import Draft
from shared.core.prepare.faults import Fault, Unusable, shown
from shared.core.prepare.format import HAS_FIELDS, IS_PREPARED, Example, Format, Wishes, having
from shared.core.prepare.repeated_keys import Quotes

ROLES: Mapping[str, str] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "assistant": "assistant",
    "bot": "assistant",
    "chatgpt": "assistant",
    "system": "system",
}
TOOL_SPEAKERS = frozenset({"function_call", "function-call", "observation", "function-response", "tool"})

TOOLS_LATER = Fault(IS_PREPARED, "tool calls in 'conversations' are not prepared yet", "chat rows with 'tool_calls'")
IMAGES_LATER = Fault(IS_PREPARED, "images in 'conversations' are not prepared yet", "chat rows with 'image_url' parts")


class Turn(Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"speaker": "from"}, gc=False):
    """What one side says."""

    speaker: str | None = None
    value: str | None = None
    role: str | None = None
    content: str | None = None


class ShareGpt(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation; `tools` is a JSON text in LLaMA-Factory's files, and `[]` where there are none."""

    conversations: list[Turn]
    system: str | None = None
    tools: str | list[object] | None = None


def convert(row: ShareGpt, _wishes: Wishes) -> Example:
    """The same turns under the service's names."""
    if row.tools and row.tools != "[]":
        raise Unusable(TOOLS_LATER)
    draft = Draft()
    for index, turn in enumerate(row.conversations):
        place = f"conversations[{index}]"
        draft.say(_role(turn, place), _said(turn, place), "conversations")
    draft.instruct(row.system)
    return Example(draft.chat, draft.fixes)


def _role(turn: Turn, place: str) -> str:
    speaker = turn.speaker or turn.role or ""
    if speaker in TOOL_SPEAKERS:
        raise Unusable(TOOLS_LATER)
    if not (role := ROLES.get(speaker.lower())):
        expected = ", ".join(ROLES)
        raise Unusable(Fault(HAS_FIELDS, f"a turn is spoken by {shown(speaker)}", f"one of {expected}", place))
    return role


def _said(turn: Turn, place: str) -> str:
    said = turn.value if turn.value is not None else turn.content
    if said is None:
        raise Unusable(Fault(HAS_FIELDS, "a turn has no text", "'value' or 'content'", place))
    if "<tool_call>" in said:
        raise Unusable(TOOLS_LATER)
    if "<image>" in said:
        raise Unusable(IMAGES_LATER)
    return said


def _plain(row: ShareGpt) -> Quotes:
    """Turns of a speaker and a text; whatever else a sound row may have adds quotes."""
    said = [turn.value or turn.content or "" for turn in row.conversations]
    return Quotes(2 + 8 * len(said), sum(text.count('"') for text in said))


FORMATS = (
    Format(
        name="ShareGPT",
        order=110,
        fields="conversations",
        claims=having("conversations"),
        row=ShareGpt,
        converts={"sft": convert},
        plain=_plain,
    ),
)
