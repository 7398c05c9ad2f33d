"""Axolotl's chats, whose turns say whether they are learnt: `train` or `training`, or `train_detail` by spans of text.

The service weighs whole replies: a reply is learnt if any span of it was to be.
"""

from collections.abc import Sequence

from msgspec import Raw, Struct

from shared.core.prepare.chat import Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.format import Example, Format, Keys, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.dialects import SPEAKERS
from shared.core.prepare.making.raw_turns import objects_in, speaker_of, text_of, turns_in
from shared.core.prepare.rule import Rule

FLAGS = ("train", "training")
SPANS = "train_detail"

IS_WEIGHTED = Rule(32, "weight", "fix", "nothing to do; weight 0 keeps a reply from being learnt")
WEIGHED = Fault(IS_WEIGHTED, "the flags of what is to be learnt became weights of the replies")
WHOLE = Fault(
    Rule(32, "weight", "warning", "cut such replies in two messages, if a part of them must not be learnt"),
    "of some replies only parts were to be learnt: the service learns them whole",
)


class Flagged(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A chat, as `mend` writes it."""

    messages: list[Message]
    tools: Raw = Raw(b"")
    system: str | None = None


def claims(keys: Keys) -> bool:
    """A chat under one of its names, that is no preference."""
    return not keys.isdisjoint({"messages", "conversations"}) and keys.isdisjoint({"chosen", "rejected"})


def fits(row: Row) -> bool:
    """Whether a turn has a flag."""
    return any(not turn.keys().isdisjoint((*FLAGS, SPANS)) for turn in turns_in(row))


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """The row as a chat row, its flags as weights. Raises `Unusable`."""
    fixes = {WEIGHED: None}
    messages = [_message(turn, fixes) for turn in turns_in(row)]
    others = {key: value for key, value in row.items() if key != "conversations"}
    chat, mended = mend_chat({**others, "messages": messages})
    return chat, [*fixes, *mended]


def convert(row: Flagged, wishes: Wishes) -> Example:
    """The chat with its weights."""
    return azure_chat.convert(azure_chat.ChatRow(row.messages, row.tools, system=row.system), wishes)


def _message(turn: Row, fixes: dict[Fault, None]) -> Row:
    speaker = speaker_of(turn)
    role = SPEAKERS.get(speaker.lower(), speaker) if isinstance(speaker, str) else speaker
    kept = {key: value for key, value in turn.items() if key not in {"from", "value", *FLAGS, SPANS}}
    message: Row = {**kept, "role": role, "content": text_of(turn)}
    learnt = _is_learnt(turn, fixes)
    return message if learnt is None or role != "assistant" else {**message, "weight": int(learnt)}


def _is_learnt(turn: Row, fixes: dict[Fault, None]) -> bool | None:
    if isinstance(turn.get(SPANS), list):
        wanted = {bool(span.get("train")) for span in objects_in(turn[SPANS])}
        if len(wanted) > 1:
            fixes[WHOLE] = None
        return True in wanted
    flag = next((turn[name] for name in FLAGS if name in turn), None)
    return None if flag is None else bool(flag)


FORMATS = (
    Format(
        name="Axolotl chat",
        order=12,
        fields="messages with train or train_detail",
        claims=claims,
        fits=fits,
        row=Flagged,
        converts={"sft": convert},
        mend=mend,
        rules=azure_chat.RULES,
    ),
)
