"""Rules about single messages: that each says something, is not too long, and carries what its speaker may carry."""

import re
from collections.abc import Iterable, Iterator, Sequence

from shared.core.prepare.chat import Assistant, Message, TextPart, Tool
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.turn import Turn, role_of

MAX_CHARACTERS = 1_048_576  #: in a message; "Quotas and limits" of Azure OpenAI (Microsoft Learn, 2026-02)
NAME = re.compile(r"[^\s<|\\/>]{1,64}")  #: the pattern that the service's error for a bad name gives (2025-06)

HAS_MESSAGES = Rule(20, "messages", "reject", "give each row a list of messages that is not empty")
HAS_CONTENT = Rule(25, "content", "reject", "write the missing text, or leave the row out")
SAYS_OR_CALLS = Rule(26, "text and calls", "info", "nothing to do, if the model shall speak while it calls")
HAS_BOTH_SIDES = Rule(27, "both sides speak", "reject", "a row needs a user message and the assistant's reply to it")
ENDS_WITH_REPLY = Rule(28, "ends with a reply", "reject", "end the row with the assistant's reply, which is learnt")
HAS_WEIGHT = Rule(32, "weight", "reject", "leave `weight` out, or set it to 1 on a reply that is to be learnt")
HAS_NAME = Rule(33, "name", "reject", "leave `name` out, or write it without spaces and without < > | / \\")
FITS = Rule(34, "limits of an example", "reject", "cut the conversation into shorter ones")

BOTH = Fault(SAYS_OR_CALLS, "a reply has both a text and tool calls")
NOTHING_LEARNT = Fault(HAS_WEIGHT, "every assistant message has weight 0: nothing is learnt", "weight 1 on a reply")


def is_plain(messages: Sequence[Message]) -> bool:
    """Whether every message has words, within the limits, and nothing else: no images, calls, names or weights."""
    for message in messages:
        content = message.content
        if type(content) is not str or not content or content.isspace() or len(content) > MAX_CHARACTERS:
            return False
        if message.name is not None:
            return False
        if type(message) is Tool:
            return False
        if type(message) is Assistant and (message.tool_calls is not None or message.weight is not None):
            return False
    return True


def check(turns: Iterable[Turn]) -> Iterator[Fault]:
    """What is wrong with messages one by one."""
    for place, message in turns:
        if message.name is not None and not NAME.fullmatch(message.name):
            reason = f"the name of the {role_of(message)} has characters or a length that the service refuses"
            yield Fault(HAS_NAME, reason, "1 to 64 characters without spaces", f"{place}.name")
        yield from _content(message, f"{place}.content")


def check_weights(messages: Iterable[Message]) -> Iterator[Fault]:
    """Whether any reply is to be learnt."""
    weights = [message.weight for message in messages if isinstance(message, Assistant)]
    if weights and all(weight == 0 for weight in weights):
        yield NOTHING_LEARNT


def _content(message: Message, place: str) -> Iterator[Fault]:
    content = message.content
    parts = content if isinstance(content, list) else []
    texts = [part.text for part in parts if isinstance(part, TextPart)]
    if isinstance(content, str):
        texts.append(content)
    if any(len(text) > MAX_CHARACTERS for text in texts):
        yield Fault(FITS, "a message is too long", f"at most {MAX_CHARACTERS:,} characters", place)
    calls = isinstance(message, Assistant) and bool(message.tool_calls)
    says = any(text and not text.isspace() for text in texts)
    if calls and says:
        yield Fault(BOTH.rule, BOTH.reason, place=place)
    has_image = len(parts) > len(texts)
    if not (says or has_image or calls or isinstance(message, Tool)):
        yield Fault(HAS_CONTENT, f"the {role_of(message)} message says nothing", "some text", place)
