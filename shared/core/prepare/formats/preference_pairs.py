"""Pairs of a chosen and a rejected reply, or of two conversations that end with them (TRL, ORPO and many others).

Replies are texts below a `prompt`, or lists of messages; these may repeat the prompt, or hold the only one there is.
"""

from collections.abc import Sequence

from msgspec import Raw, Struct

from shared.core.prepare.chat import Assistant, Chat, Message, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import HAS_FIELDS, Example, Format, Quick, Row, Wishes, having
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.conversations import MESSAGE_RULES, NO_PROMPT, mend_messages, pair_of, quotes_of
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.hh_dialogue import BEGINNING
from shared.core.prepare.making.pair import REPEATED, answer, ask, check_gap, to_both
from shared.core.prepare.making.quick import is_tidy, is_unmarked
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.targets import Preference

PLACES = ("prompt", "chosen", "rejected")

MIXED = Fault(HAS_FIELDS, "one of 'chosen' and 'rejected' is a text, the other is not", "two texts, or two lists")
LISTED_PROMPT = Fault(HAS_FIELDS, "'prompt' is a list, but the replies are texts", "three texts, or three lists")


class Pair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A chosen and a rejected reply; some sets score them."""

    chosen: str | list[Message]
    rejected: str | list[Message]
    prompt: str | list[Message] | None = None
    system: str | None = None
    tools: Raw = Raw(b"")
    chosen_rating: float | None = None
    rejected_rating: float | None = None
    chosen_score: float | None = None
    rejected_score: float | None = None


def prefer(row: Pair, wishes: Wishes) -> Example:
    """The chosen reply over the rejected one."""
    check_gap(row.chosen_rating, row.rejected_rating, wishes)
    check_gap(row.chosen_score, row.rejected_score, wishes)
    chosen, rejected = row.chosen, row.rejected
    if isinstance(chosen, str) and isinstance(rejected, str):
        return _of_texts(row, chosen, rejected)
    if isinstance(chosen, str) or isinstance(rejected, str):
        raise Unusable(MIXED)
    prompt: list[Message] = [User(row.prompt)] if isinstance(row.prompt, str) else row.prompt or []
    return pair_of(ChatRow(prompt, row.tools, system=row.system), chosen, rejected, wishes)


def _of_texts(row: Pair, chosen: str, rejected: str) -> Example:
    if row.prompt is None:
        raise Unusable(NO_PROMPT)
    if not isinstance(row.prompt, str):
        raise Unusable(LISTED_PROMPT)
    draft = Draft()
    ask(draft, row.prompt, "prompt")
    repeated = f"{row.prompt.strip()}\n"
    if chosen.startswith(repeated) and rejected.startswith(repeated):
        chosen, rejected = (each.removeprefix(repeated).lstrip() for each in (chosen, rejected))
        draft.note(REPEATED)
    draft.instruct(row.system)
    return answer(draft, (chosen, "chosen"), (rejected, "rejected"))


_mend_messages = mend_messages(*PLACES)


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Write messages as the service does, and a single one as a list."""
    mended, fixes = _mend_messages(row)
    single: Row = {key: [value] for key, value in mended.items() if key in PLACES and isinstance(value, dict)}
    return {**mended, **single}, fixes


def _quick(row: Pair, _wishes: Wishes) -> Quick | None:
    """Three texts and nothing beside them, of which none repeats another."""
    prompt, chosen, rejected = row.prompt, row.chosen, row.rejected
    if type(prompt) is not str or type(chosen) is not str or type(rejected) is not str:
        return None
    if not (is_tidy(prompt) and is_tidy(chosen) and is_tidy(rejected)) or chosen.startswith(BEGINNING):
        return None
    beside = (row.system, row.chosen_rating, row.rejected_rating, row.chosen_score, row.rejected_score)
    if bytes(row.tools) or any(value is not None for value in beside) or chosen.startswith(prompt):
        return None
    if not (is_unmarked(prompt, chosen) and is_unmarked(prompt, rejected)):
        return None
    return Quick(Preference(Chat([User(prompt)]), [Assistant(chosen)], [Assistant(rejected)]), prompt)


def _plain(row: Pair) -> Quotes | None:
    """Three texts, or lists of messages; dialogues, which are texts too, are another format's."""
    chosen, rejected, prompt = row.chosen, row.rejected, row.prompt
    if isinstance(chosen, str) and isinstance(rejected, str):
        if not isinstance(prompt, str) or chosen.startswith(BEGINNING):
            return None
        return Quotes(12, prompt.count('"') + chosen.count('"') + rejected.count('"'))
    if isinstance(chosen, str) or isinstance(rejected, str):
        return None
    if isinstance(prompt, str):
        around, inside = quotes_of(3, chosen, rejected)
        return Quotes(around + 2, inside + prompt.count('"'))
    return quotes_of(3, prompt, chosen, rejected) if prompt is not None else quotes_of(2, chosen, rejected)


FORMATS = (
    Format(
        name="preference pairs",
        order=88,
        fields="prompt, chosen, rejected",
        claims=having("chosen", "rejected"),
        row=Pair,
        converts=to_both(prefer),
        mend=mend,
        plain=_plain,
        quick=_quick,
        quotes_less=20,
        rules=MESSAGE_RULES,
    ),
)
