"""Pairs of conversations that begin alike: finding the prompt they share, and the replies behind it."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from msgspec.structs import replace

from shared.core.prepare.chat import Assistant, Message, Tool, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.format import Example, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.formats.azure_chat import ChatRow
from shared.core.prepare.making.chat_mending import mend_chat
from shared.core.prepare.making.pair import HAS_ONE_PROMPT, REPEATED
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.preferences import HAS_REPLIES
from shared.core.prepare.targets import Preference, Reply, chat_of

type Mend = Callable[[Row], tuple[Row, Sequence[Fault]]]

MESSAGE_RULES: Mapping[str, Rule] = {"role": azure_chat.HAS_ROLE}
SPEAKERS: Mapping[object, str] = {"human": "user", "gpt": "assistant"}  #: of ShareGPT

NO_PROMPT = Fault(HAS_ONE_PROMPT, "there is no prompt", "a user message before the replies, or a 'prompt'")
OTHER_PROMPT = Fault(HAS_ONE_PROMPT, "the two conversations begin with different prompts", "the same prompt in both")
PARTED = Fault(
    HAS_ONE_PROMPT, "the two conversations part before the last question", "the same turns up to the last reply"
)
FOREIGN_PROMPT = Fault(HAS_ONE_PROMPT, "the prompt is not what a reply's conversation asks", "the same question")
NO_REPLY = Fault(HAS_REPLIES, "a conversation does not end with the assistant's reply", "a reply in each")


def pair_of(given: ChatRow, chosen: Sequence[Message], rejected: Sequence[Message], wishes: Wishes) -> Example:
    """The example of two replies to what is given; or of two conversations that end with them, and may hold all of it.

    Raises `Unusable` if they do not answer the same prompt.
    """
    prompt = given.messages
    better, worse = whole(prompt, chosen), whole(prompt, rejected)
    count = _shared(better, worse)
    asked = azure_chat.convert(replace(given, messages=[*better[:count]]), wishes)
    preference = Preference(chat_of(asked.target), replies_in(better[count:]), replies_in(worse[count:]))
    is_repeated = prompt and (_asks(chosen) or _asks(rejected))
    return Example(preference, [*asked.fixes, REPEATED] if is_repeated else asked.fixes)


def whole(prompt: Sequence[Message], conversation: Sequence[Message]) -> Sequence[Message]:
    """The conversation from its prompt on, which it may repeat: all of it, its end only, or with more before it.

    Raises `Unusable` if it asks something else.
    """
    if not _asks(conversation):
        return [*prompt, *conversation]
    for length in range(min(len(prompt), len(conversation)), 0, -1):
        if prompt[-length:] == conversation[:length]:
            return [*prompt, *conversation[length:]]
    if any(conversation[start : start + len(prompt)] == prompt for start in range(len(conversation))):
        return conversation
    raise Unusable(FOREIGN_PROMPT)


def _asks(conversation: Sequence[Message]) -> bool:
    return any(not isinstance(message, Assistant | Tool) for message in conversation)


def _shared(better: Sequence[Message], worse: Sequence[Message]) -> int:
    """The number of messages that both begin with, up to the last one that is no reply."""
    pairs = zip(better, worse, strict=False)
    alike = next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(better), len(worse)))
    count = asked_in(better[:alike])
    if not count:
        raise Unusable(OTHER_PROMPT if _asks(better) or _asks(worse) else NO_PROMPT)
    return count


def asked_in(conversation: Sequence[Message]) -> int:
    """The number of messages up to the last one that is no assistant's; 0 if no user is among them."""
    count = len(conversation)
    while count and isinstance(conversation[count - 1], Assistant):
        count -= 1
    return count if any(isinstance(message, User) for message in conversation[:count]) else 0


def replies_in(behind: Sequence[Message]) -> list[Reply]:
    """The messages behind a prompt. Raises `Unusable` if they are no replies."""
    replies = [message for message in behind if isinstance(message, Assistant | Tool)]
    if len(replies) < len(behind):
        raise Unusable(PARTED)
    if not any(isinstance(reply, Assistant) for reply in replies):
        raise Unusable(NO_REPLY)
    return replies


def mend_messages(*fields: str) -> Mend:
    """A mend for fields that hold a message, a list of them, or an object with a list: as the service writes them."""

    def mend(row: Row) -> tuple[Row, Sequence[Fault]]:
        fixes: dict[Fault, None] = {}
        mended = {key: _mended(value, fixes) if key in fields else value for key, value in row.items()}
        return mended, tuple(fixes)

    return mend


def _mended(value: object, fixes: dict[Fault, None]) -> object:
    if isinstance(value, list):
        renamed = [_renamed(message) for message in cast("list[object]", value)]
        row, found = mend_chat({"messages": renamed})
        fixes.update(dict.fromkeys(found))
        return row["messages"]
    if not isinstance(value, dict):
        return value
    inner = cast("Row", value)
    if isinstance(inner.get("messages"), list):
        return _mended(inner["messages"], fixes)
    return cast("list[object]", _mended([inner], fixes))[0]


def _renamed(message: object) -> object:
    """A message of ShareGPT's spelling, `{from, value}`, in that of the service."""
    if not isinstance(message, dict) or not message.keys() >= {"from", "value"}:
        return cast("object", message)
    kept = cast("Row", message)
    speaker = kept["from"]
    rest = {key: value for key, value in kept.items() if key not in {"from", "value"}}
    role = SPEAKERS.get(speaker, speaker) if isinstance(speaker, str) else speaker
    return {"role": role, "content": kept["value"], **rest}


def quotes_of(keys: int, *conversations: Sequence[Message]) -> Quotes:
    """The quotes of a row of so many keys, and of messages of a role and a text."""
    count = inside = 0
    for conversation in conversations:
        count += len(conversation)
        for message in conversation:
            content = message.content
            if type(content) is str:
                inside += content.count('"')
    return Quotes(2 * keys + 8 * count, inside)
