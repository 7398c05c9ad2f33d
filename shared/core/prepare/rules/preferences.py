"""Rules about preferences: that the two replies are replies, and differ in what they say."""

from collections.abc import Callable, Iterator, Sequence
from unicodedata import normalize

from shared.core.prepare.chat import Assistant, Message, User, text_of
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule
from shared.core.prepare.targets import Preference, Reply

NEARLY = 0.95  #: share of the longer reply that both have at beginning and end
LEAST_PROMPT = 20  #: characters; a shorter prompt may well be how a reply begins
BEGINNING = 60  #: characters of a reply; one that refuses says so at once
FIRST_WORDS = 4
EDGE = 8  #: characters at both ends, by which most replies differ

HAS_REPLIES = Rule(82, "replies of a preference", "reject", "give both replies, each with an assistant message")
DIFFERS = Rule(84, "two different replies", "reject", "leave the row out: there is nothing to prefer")
DIFFERS_ENOUGH = Rule(85, "nearly the same replies", "warning", "look whether the difference is what shall be learnt")
IS_NO_ECHO = Rule(86, "repeated prompt", "warning", "take the prompt out of the replies: it stands in 'input'")
BOTH_ANSWER = Rule(91, "refusal against answer", "info", "nothing to do, if the model shall refuse here")

SAME = Fault(DIFFERS, "both replies say the same", "two replies of which one is better")
ALMOST_SAME = Fault(DIFFERS_ENOUGH, "the replies are nearly the same")
REFUSAL_PREFERRED = Fault(BOTH_ANSWER, "the preferred reply refuses, the other answers")
ANSWER_PREFERRED = Fault(BOTH_ANSWER, "the preferred reply answers, the other refuses")

I_AM = ("i am ", "i'm ", "i\u2019m ")
REFUSALS = (
    *(f"{begun}{so}{how}" for begun in I_AM for so in ("", "very ", "really ", "so ") for how in ("sorry", "afraid")),
    *(f"{begun}{how} to" for begun in I_AM for how in ("unable", "not able")),
    *("sorry, ", "i apologi", "i can't ", "i can\u2019t ", "i cannot ", "i can not ", "i won't ", "i won\u2019t "),
    *("as an ai ", "as an ai,", "as an artificial intelligence", "as a language model", "as a large language model"),
    *("tut mir leid", "es tut mir leid", "je suis d\u00e9sol", "d\u00e9sol\u00e9", "lo siento", "me temo que"),
    *("\u62b1\u6b49", "\u5bf9\u4e0d\u8d77", "\u7533\u3057\u8a33"),
)
"""How refusals begin, in small letters; in English, German, French, Spanish, Chinese and Japanese."""

BEGINNINGS = frozenset(refusal[:2] for refusal in REFUSALS)


def is_clear(target: Preference) -> bool:
    """Whether a quick look at replies is enough: both are plain and unlike each other, none is an echo or a refusal."""
    preferred, other = target.preferred_output, target.non_preferred_output
    if len(preferred) != 1 or len(other) != 1 or not target.input.messages:
        return False
    better, worse, asked = preferred[0], other[0], target.input.messages[-1].content
    one, two = better.content, worse.content
    if not (isinstance(one, str) and isinstance(two, str) and isinstance(asked, str)):
        return False
    if type(better) is not Assistant or type(worse) is not Assistant:
        return False
    head, other_head = one[:EDGE].lower(), two[:EDGE].lower()
    if not (head.isascii() and other_head.isascii()):
        return False  # letters with accents can be written in two ways
    return not (
        head == other_head
        or one[-EDGE:] == two[-EDGE:]
        or head == (echo := asked[:EDGE].lower())
        or other_head == echo
        or head[:2] in BEGINNINGS
        or other_head[:2] in BEGINNINGS
        or head[:1].isspace()
        or other_head[:1].isspace()
    )


def check(target: Preference) -> Iterator[Fault]:
    """What is wrong with the replies of a pair."""
    fields = (("preferred_output", target.preferred_output), ("non_preferred_output", target.non_preferred_output))
    for field, replies in fields:
        if not any(type(reply) is Assistant for reply in replies):
            yield Fault(HAS_REPLIES, f"'{field}' has no assistant message", "an assistant message", field)
    if target.preferred_output and target.non_preferred_output:
        yield from _compared(target)


def refuses(replies: Sequence[Reply]) -> bool:
    """Whether a reply begins as refusals do."""
    return bool(replies) and said(replies[:1])[:BEGINNING].lstrip().lower().startswith(REFUSALS)


def prefers_refusal(target: Preference) -> bool | None:
    """Whether the better reply refuses and the other answers; `None` if both do the same."""
    preferred, other = refuses(target.preferred_output), refuses(target.non_preferred_output)
    return preferred if preferred != other else None


def _compared(target: Preference) -> Iterator[Fault]:
    preferred, other = said(target.preferred_output), said(target.non_preferred_output)
    if _calls(target.preferred_output) == _calls(target.non_preferred_output):
        if _is_same(preferred.strip(), other.strip()):
            yield SAME
        elif _is_nearly(preferred, other):
            yield ALMOST_SAME
    asked = next((text_of(one) for one in reversed(target.input.messages) if isinstance(one, User)), "").strip()
    if len(asked) >= LEAST_PROMPT:
        for field, reply in (("preferred_output", preferred), ("non_preferred_output", other)):
            if reply.startswith(asked):
                yield Fault(IS_NO_ECHO, f"'{field}' begins with the prompt", "the reply alone", field)
    is_refusal = prefers_refusal(target)
    if is_refusal is not None:
        yield REFUSAL_PREFERRED if is_refusal else ANSWER_PREFERRED


def said(messages: Sequence[Message]) -> str:
    """The words of messages."""
    if len(messages) == 1 and type(content := messages[0].content) is str:
        return content
    return "\n".join(map(text_of, messages))


def _calls(replies: Sequence[Reply]) -> list[tuple[str, str]]:
    """What is called, without the ids, which are made up anew for each call."""
    made = (call.function for reply in replies if isinstance(reply, Assistant) for call in reply.tool_calls or ())
    return [(function.name, function.arguments) for function in made]


def _is_same(one: str, other: str) -> bool:
    """Whether texts differ only in what no reader sees: white space, and characters that are written in two ways."""
    if one == other:
        return True
    if _first_words(one) != _first_words(other):
        return False
    return normalize("NFC", one).split() == normalize("NFC", other).split()


def _first_words(text: str) -> list[str]:
    """By which most replies differ: a quick look before a whole one."""
    return normalize("NFC", text[:BEGINNING]).split()[:FIRST_WORDS]


def _is_nearly(one: str, other: str) -> bool:
    longer = max(len(one), len(other))
    if min(len(one), len(other)) < longer * NEARLY:
        return False
    if one.casefold() == other.casefold():
        return True
    before = _shared(one, other, str.startswith, lambda text, count: text[:count])
    behind = _shared(one[before:], other[before:], str.endswith, lambda text, count: text[len(text) - count :])
    return before + behind >= longer * NEARLY


def _shared(one: str, other: str, has: Callable[[str, str], bool], cut: Callable[[str, int], str]) -> int:
    """How many characters two texts share at one end, by halving."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if has(one, cut(other, middle)):
            least = middle
        else:
            most = middle - 1
    return least
