"""KTO: replies with a label each, good or bad. Where one prompt has both, they make a pair.

The label is called `label` or `kto_tag`; prompt and reply stand in fields of their own or in a conversation, under the
names of TRL or of LLaMA-Factory.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple, cast

from msgspec import Raw, Struct
from msgspec.json import encode

from shared.core.prepare.chat import Assistant, Chat, Message, User
from shared.core.prepare.faults import Fault, Filtered, Unusable
from shared.core.prepare.format import Example, Format, Gathering, Keys, Made, Row, Wishes
from shared.core.prepare.formats import azure_chat
from shared.core.prepare.making.conversations import (
    MESSAGE_RULES,
    NO_PROMPT,
    asked_in,
    mend_messages,
    quotes_of,
    replies_in,
    whole,
)
from shared.core.prepare.making.draft import Draft
from shared.core.prepare.making.pair import ARE_TWO, ask, made
from shared.core.prepare.repeated_keys import Quotes
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Preference, Reply, chat_of

LABELS = ("label", "kto_tag")
WORDS = {"true": True, "false": False}

IS_GOOD = Rule(None, "labels", "info", "nothing to do; only replies that are labelled good are learnt")
IS_BAD = Fault(IS_GOOD, "the reply is labelled bad")
UNPAIRED = Fault(
    ARE_TWO,
    "the reply is unpaired: no reply with the other label is left for its prompt",
    "for each prompt a reply labelled true and one labelled false; or, in the recipe, 'method: sft'",
)


class KtoPair(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A prompt, a reply, and whether it is good."""

    prompt: str | list[Message]
    completion: str | list[Message]
    label: bool
    system: str | None = None


class KtoChat(Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A conversation, and whether its last reply is good."""

    messages: list[Message]
    label: bool
    system: str | None = None
    tools: Raw = Raw(b"")


type Kto = KtoPair | KtoChat


class Exchange(NamedTuple):
    """What a row asks, and the reply that its label is about."""

    asked: Chat
    replies: list[Reply]
    fixes: Sequence[Fault]


def claims_pair(keys: Keys) -> bool:
    """A label, a prompt and a reply."""
    has_label, has_tag = (label in keys for label in LABELS)
    is_pair = "prompt" in keys and not keys.isdisjoint({"completion", "response"})
    return (is_pair and (has_label or has_tag)) or (has_tag and {"instruction", "output"} <= keys)


def claims_chat(keys: Keys) -> bool:
    """A label and a conversation."""
    return not keys.isdisjoint(LABELS) and not keys.isdisjoint({"messages", "conversations"})


def fits(row: Row) -> bool:
    """The label is a verdict, not the name of a class."""
    return isinstance(_label(row), bool)


def _label(row: Row) -> object:
    label = next(row[name] for name in LABELS if name in row)
    return WORDS.get(label.strip().lower(), label) if isinstance(label, str) else label


_mend_pair = mend_messages("prompt", "completion")
_mend_chat = mend_messages("messages")


def mend_pair(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Call prompt, reply and label as TRL does."""
    kept = {key: value for key, value in row.items() if key not in LABELS}
    if "prompt" not in kept:
        texts = (kept.pop("instruction"), kept.pop("input", None))
        kept["prompt"] = "\n\n".join(text for text in texts if isinstance(text, str) and text.strip())
        kept["completion"] = kept.pop("output")
    elif "completion" not in kept:
        kept["completion"] = kept.pop("response")
    return _mend_pair({**kept, "label": _label(row)})


def mend_chat(row: Row) -> tuple[Row, Sequence[Fault]]:
    """Call the conversation and its label as TRL does."""
    kept = {key: value for key, value in row.items() if key not in {*LABELS, "conversations"}}
    messages = row["messages"] if "messages" in row else row["conversations"]
    return _mend_chat({**kept, "messages": messages, "label": _label(row)})


def learn(row: Kto, _wishes: Wishes) -> Example:
    """The exchange, if its reply is a good one."""
    if not row.label:
        raise Filtered(IS_BAD)
    asked, replies, fixes = exchange(row)
    return Example(Chat([*asked.messages, *replies], asked.tools), fixes)


def exchange(row: Kto) -> Exchange:
    """What a row asks and replies. Raises `Unusable` if one is missing."""
    if isinstance(row, KtoPair) and isinstance(row.prompt, str) and isinstance(row.completion, str):
        return _of_texts(row.prompt, row.completion, row.system)
    messages, tools = (_listed(row), Raw(b"")) if isinstance(row, KtoPair) else (row.messages, row.tools)
    count = asked_in(messages)
    if not count:
        raise Unusable(NO_PROMPT)
    given = azure_chat.convert(azure_chat.ChatRow([*messages[:count]], tools, system=row.system), Wishes())
    return Exchange(chat_of(given.target), replies_in(messages[count:]), given.fixes)


def _of_texts(prompt: str, completion: str, system: str | None) -> Exchange:
    draft = Draft()
    ask(draft, prompt, "prompt")
    draft.say("assistant", completion, "completion")
    draft.instruct(system)
    *asked, reply = draft.messages
    return Exchange(Chat(asked), cast("list[Reply]", [reply]), draft.fixes)


def _listed(row: KtoPair) -> Sequence[Message]:
    prompt = [User(row.prompt)] if isinstance(row.prompt, str) else row.prompt
    completion = [Assistant(row.completion)] if isinstance(row.completion, str) else row.completion
    return whole(prompt, completion)


def _group(row: Kto) -> str:
    return encode(exchange(row).asked).decode()


def _assemble(rows: Sequence[Kto], _wishes: Wishes) -> Iterable[Made]:
    """The first good reply over the first bad one, the second over the second, and so on."""
    good = [place for place, row in enumerate(rows) if row.label]
    bad = [place for place, row in enumerate(rows) if not row.label]
    for one, other in zip(good, bad, strict=False):
        yield made((one, other), partial(_pair, rows[one], rows[other]))


def _pair(good: Kto, bad: Kto) -> Example:
    better, worse = exchange(good), exchange(bad)
    preference = Preference(better.asked, better.replies, worse.replies)
    return Example(preference, [*dict.fromkeys([*better.fixes, *worse.fixes])])


def _plain(row: Kto) -> Quotes | None:
    """Two texts, or messages of a role and a text; whatever else a sound row may have adds quotes."""
    if isinstance(row, KtoChat):
        return quotes_of(2, row.messages)
    if isinstance(row.prompt, str) and isinstance(row.completion, str):
        return Quotes(10, row.prompt.count('"') + row.completion.count('"'))
    return None


PAIRS = Gathering[Kto]("KTO", _group, _assemble, UNPAIRED)

FORMATS = (
    Format(
        name="KTO",
        order=70,
        fields="prompt, completion, label",
        claims=claims_pair,
        row=KtoPair,
        converts={"dpo": PAIRS, "sft": learn},
        fits=fits,
        mend=mend_pair,
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
    Format(
        name="KTO chat",
        order=71,
        fields="messages, label",
        claims=claims_chat,
        row=KtoChat,
        converts={"dpo": PAIRS, "sft": learn},
        fits=fits,
        mend=mend_chat,
        plain=_plain,
        rules=MESSAGE_RULES,
    ),
)
