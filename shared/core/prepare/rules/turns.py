"""Rules about the turns of a chat: who speaks, in what order, and that something is said."""

from collections.abc import Sequence

from shared.core.prepare.chat import Assistant, Message, TextPart, Tool, User
from shared.core.prepare.faults import Fault, Unusable
from shared.core.prepare.rule import Rule

# Azure OpenAI, "Quotas and limits" (Microsoft Learn, 2026-02).
MAX_MESSAGES = 2_048  #: in an example
MAX_CHARACTERS = 1_048_576  #: in a message

HAS_MESSAGES = Rule(20, "messages", "reject", "give each row a list of messages that is not empty")
HAS_CONTENT = Rule(25, "content", "reject", "write the missing text, or leave the row out")
HAS_BOTH_SIDES = Rule(
    27,
    "both sides speak",
    "reject",
    "a row needs a user message and the assistant's reply; rows for RFT, which end in a question, are not prepared yet",
)
ENDS_WITH_REPLY = Rule(28, "ends with a reply", "reject", "end the row with the assistant's reply, which is learnt")
HAS_WEIGHT = Rule(32, "weight", "reject", "leave `weight` out, or set it to 1 on a reply that is to be learnt")
FITS = Rule(34, "limits of an example", "reject", "cut the conversation into shorter ones")


def check(messages: Sequence[Message]) -> bool:
    """Whether the chat is plain: words only. Raises `Unusable` for the first rule the turns break."""
    if not messages:
        raise Unusable(Fault(HAS_MESSAGES, "'messages' is empty", expected="at least a user and an assistant message"))
    if len(messages) > MAX_MESSAGES:
        raise Unusable(Fault(FITS, "too many messages", expected=f"at most {MAX_MESSAGES:,}"))
    is_plain, is_asked = True, False
    for index, message in enumerate(messages):
        speaker, content = type(message), message.content
        if type(content) is not str or not content or content.isspace() or len(content) > MAX_CHARACTERS:
            is_plain = False
            _check_content(message, f"messages[{index}]")
        if speaker is User:
            is_asked = True
        elif speaker is Tool or (isinstance(message, Assistant) and message.tool_calls):
            is_plain = False
    last = messages[-1]
    if not is_asked or not isinstance(last, Assistant) or last.weight == 0:
        _check_speakers(messages)
    return is_plain


def _check_content(message: Message, place: str) -> None:
    parts = message.content if isinstance(message.content, list) else []
    texts = [message.content] if isinstance(message.content, str) else [_text(part) for part in parts]
    if any(len(text) > MAX_CHARACTERS for text in texts):
        raise Unusable(Fault(FITS, "a message is too long", f"at most {MAX_CHARACTERS:,} characters", place))
    calls_instead = isinstance(message, Assistant) and message.tool_calls and message.content is None
    may_be_empty = isinstance(message, Tool) or calls_instead
    if not may_be_empty and (not texts or any(not text or text.isspace() for text in texts)):
        raise Unusable(Fault(HAS_CONTENT, f"the {_role(message)} message says nothing", "some text", place))


def _text(part: object) -> str:
    return part.text if isinstance(part, TextPart) else "(an image)"


def _role(message: Message) -> str:
    return type(message).__name__.lower()


def _check_speakers(messages: Sequence[Message]) -> None:
    speakers = {*map(type, messages)}
    if Assistant not in speakers:
        reason = "no assistant message: there is no reply to learn"
        raise Unusable(Fault(HAS_BOTH_SIDES, reason, expected="an assistant message at the end"))
    if User not in speakers:
        raise Unusable(Fault(HAS_BOTH_SIDES, "no user message", expected="a user message before the reply"))
    last = messages[-1]
    if not isinstance(last, Assistant):
        raise Unusable(Fault(ENDS_WITH_REPLY, f"the last message is a {_role(last)} message", "an assistant message"))
    if last.weight == 0 and all(reply.weight == 0 for reply in messages if isinstance(reply, Assistant)):
        raise Unusable(Fault(HAS_WEIGHT, "every assistant message has weight 0: nothing is learnt"))
