"""The preference rows that the service takes: they pass as they are."""

from collections.abc import Mapping, Sequence
from typing import cast

from msgspec import Raw, Struct

from shared.core.prepare.chat import Chat, Message, User
from shared.core.prepare.faults import Fault, listed
from shared.core.prepare.format import LEAVES_OUT, Example, Format, Keys, Quick, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.making.conversations import MESSAGE_RULES, mend_messages, quotes_of
from shared.core.prepare.making.pair import to_both
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.preferences import HAS_REPLIES
from shared.core.prepare.targets import Preference, Reply, chat_of

HAS_PAIR = Rule(80, "fields of a pair", "reject", "give input, preferred_output and non_preferred_output")
INPUT_KEYS = ("messages", "tools", "parallel_tool_calls")


class Input(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is given before the replies."""

    messages: list[Message]
    tools: Raw = Raw(b"")
    parallel_tool_calls: bool | None = None


class AzureDpo(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Two replies to one input."""

    input: Input
    preferred_output: list[Reply]
    non_preferred_output: list[Reply]


def claims(keys: Keys) -> bool:
    """One of the outputs: no other format calls a field so."""
    return "preferred_output" in keys or "non_preferred_output" in keys


def prefer(row: AzureDpo, wishes: Wishes) -> Example:
    """The same pair, its input looked at as a chat is."""
    given = row.input
    chat = azure_chat.ChatRow(given.messages, given.tools, given.parallel_tool_calls)
    example = azure_chat.convert(chat, wishes)
    return example._replace(target=Preference(chat_of(example.target), row.preferred_output, row.non_preferred_output))


_mend_outputs = mend_messages("preferred_output", "non_preferred_output")
_mend_input = mend_messages("messages")


def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Fold what other trainers write inside messages, and leave out what the input may not have."""
    mended, fixes = _mend_outputs(row)
    given = row.get("input")
    if not isinstance(given, dict):
        return mended, fixes
    chat, found = _mend_input(cast("Row", given))
    extra = sorted(chat.keys() - {*INPUT_KEYS})
    kept = {key: value for key, value in chat.items() if key in INPUT_KEYS}
    left_out = [Fault(LEAVES_OUT, f"keys of 'input' that are not learnt were left out: {listed(extra)}")]
    return {**mended, "input": kept}, [*dict.fromkeys([*found, *fixes]), *(left_out if extra else ())]


def _plain(row: AzureDpo) -> Quotes:
    """Messages of a role and a text; whatever else a sound row may have adds quotes."""
    return quotes_of(4, row.input.messages, row.preferred_output, row.non_preferred_output)


def _quick(row: AzureDpo, _wishes: Wishes) -> Quick | None:
    """A pair with words of a user in it; whatever may stand beside its messages is left to a closer look."""
    given = row.input
    first = next((message for message in given.messages if type(message) is User), None)
    if first is None or type(first.content) is not str or bytes(given.tools) or given.parallel_tool_calls is not None:
        return None
    return Quick(Preference(Chat(given.messages), row.preferred_output, row.non_preferred_output), first.content)


RULES: Mapping[str, Rule] = {
    **MESSAGE_RULES,
    "input": HAS_PAIR,
    "messages": HAS_PAIR,
    "preferred_output": HAS_PAIR,
    "non_preferred_output": HAS_PAIR,
    "preferred_output[]": HAS_REPLIES,
    "non_preferred_output[]": HAS_REPLIES,
}

FORMATS = (
    Format(
        name="Azure DPO",
        order=20,
        fields="input, preferred_output, non_preferred_output",
        claims=claims,
        row=AzureDpo,
        converts=to_both(prefer),
        mend=mend,
        plain=_plain,
        quick=_quick,
        rules=RULES,
    ),
)
