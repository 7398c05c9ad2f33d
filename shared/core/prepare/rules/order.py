"""Rules about who speaks, and in what order. Most rows of a set share an order, and it is judged once."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from shared.core.prepare.chat import Assistant, Developer, Message, System, User
from shared.core.prepare.faults import Fault
from shared.core.prepare.rule import Rule
from shared.core.prepare.rules.turns import ENDS_WITH_REPLY, FITS, HAS_BOTH_SIDES, HAS_MESSAGES

MAX_MESSAGES = 2_048  #: in an example; "Quotas and limits" of Azure OpenAI (Microsoft Learn, 2026-02)

SYSTEM_FIRST = Rule(29, "system message", "warning", "put one system message first, with all instructions in it")
TAKES_TURNS = Rule(30, "turns", "warning", "join messages of one speaker, and begin with the user")
HAS_INPUT = Rule(81, "input of a preference", "reject", "let the input end before the replies, with a user message")
ENDS_WITH_QUESTION = Rule(
    100, "ends with a question", "reject", "end the messages with the user's; put the right answer into a key beside"
)

NO_MESSAGES = Fault(HAS_MESSAGES, "'messages' is empty", "at least a user and an assistant message", "messages")
TOO_MANY = Fault(FITS, "too many messages", f"at most {MAX_MESSAGES:,}")
NO_REPLY = Fault(HAS_BOTH_SIDES, "no assistant message: there is no reply to learn", "an assistant message at the end")
NO_QUESTION = Fault(HAS_BOTH_SIDES, "no user message", "a user message before the reply")
LATE_SYSTEM = Fault(SYSTEM_FIRST, "a system message stands behind other messages", "the first place")
SEVERAL_SYSTEMS = Fault(SYSTEM_FIRST, "there are several system messages", "one")
OPENED_BY_ASSISTANT = Fault(TAKES_TURNS, "the assistant speaks first", "a user message first")
NO_INPUT = Fault(HAS_INPUT, "'input' has no messages", "at least a user message", "input.messages")
INPUT_UNASKED = Fault(HAS_INPUT, "no user message in 'input'", "a user message", "input.messages")
INPUT_ANSWERED = Fault(HAS_INPUT, "'input' ends with an assistant message", "a user message at its end")

type Speaker = type[Message]
type Order = tuple[Speaker, ...]

INSTRUCTORS = frozenset((System, Developer))


def order_of(messages: Sequence[Message]) -> Order:
    """Who speaks; of too many messages only the first ones and the last, since orders are kept."""
    if len(messages) > MAX_MESSAGES:
        messages = [*messages[:MAX_MESSAGES], messages[-1]]
    return tuple(map(type, messages))


@lru_cache(maxsize=256)
def of_chat(order: Order) -> tuple[Fault, ...]:
    """What is wrong with the order of a supervised example without tools."""
    return (*of_calling_chat(order), *_turns(order))


@lru_cache(maxsize=256)
def of_calling_chat(order: Order) -> tuple[Fault, ...]:
    """What is wrong with that of one whose assistant calls tools, and may go on speaking before or after a call."""
    if not order:
        return (NO_MESSAGES,)
    return (*_shape(order), *_sides(order))


@lru_cache(maxsize=256)
def of_input(order: Order) -> tuple[Fault, ...]:
    """What is wrong with the order of a preference's input."""
    if not order:
        return (NO_INPUT,)
    wrong = [*_shape(order)]
    if User not in order:
        wrong.append(INPUT_UNASKED)
    if order[-1] is Assistant:
        wrong.append(INPUT_ANSWERED)
    return tuple(wrong)


@lru_cache(maxsize=256)
def of_problem(order: Order) -> tuple[Fault, ...]:
    """What is wrong with the order of a reinforcement example."""
    if not order:
        return (NO_MESSAGES,)
    wrong = [*_shape(order)]
    if order[-1] is not User:
        wrong.append(Fault(ENDS_WITH_QUESTION, _last(order), "a user message at the end"))
    return tuple(wrong)


def _shape(order: Order) -> Iterator[Fault]:
    if len(order) > MAX_MESSAGES:
        yield TOO_MANY
    instructing = [index for index, speaker in enumerate(order) if speaker in INSTRUCTORS]
    if instructing and instructing[0]:
        yield LATE_SYSTEM
    if len(instructing) > 1:
        yield SEVERAL_SYSTEMS


def _sides(order: Order) -> Iterator[Fault]:
    if Assistant not in order:
        yield NO_REPLY
    elif order[-1] is not Assistant:
        yield Fault(ENDS_WITH_REPLY, _last(order), "an assistant message")
    if User not in order:
        yield NO_QUESTION


def _turns(order: Order) -> Iterator[Fault]:
    speaking = [speaker for speaker in order if speaker not in INSTRUCTORS]
    if speaking and speaking[0] is Assistant and User in speaking:
        yield OPENED_BY_ASSISTANT
    repeated = dict.fromkeys(one for one, following in pairwise(speaking) if one is following)
    for speaker in repeated:
        reason = f"two {speaker.__name__.lower()} messages follow one another"
        yield Fault(TAKES_TURNS, reason, "user and assistant in turn")


def _last(order: Order) -> str:
    role = order[-1].__name__.lower()
    return f"the last message is {'an' if role == 'assistant' else 'a'} {role} message"
