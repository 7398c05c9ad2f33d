"""The rules an example must keep, whatever format it came in. One file a subject."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from shared.core.prepare.chat import Assistant, Chat, Message
from shared.core.prepare.faults import Fault
from shared.core.prepare.rules import calls, images, order, preferences, problems, turns
from shared.core.prepare.rules.tools import Declared, declared
from shared.core.prepare.rules.turn import Turn, turns_of
from shared.core.prepare.targets import Preference, Problem, Reply, Target

NO_TOOLS = Declared()


def check(target: Target, graded: Sequence[str] = ()) -> Iterable[Fault]:
    """Every rule that an example breaks. `graded` are the paths that a grader reads of a row: `reference_answer`.

    Most rows are words only; then nothing but the order of their speakers is to be judged.
    """
    if isinstance(target, Chat):
        if target.tools is None and turns.is_plain(target.messages):
            return order.of_chat(order.order_of(target.messages))
        return _once(_chat(target))
    return _preference(target) if isinstance(target, Preference) else _once(_problem(target, graded))


def _once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """The faults without those that only repeat another at a further place of the row."""
    told: set[tuple[int | None, str]] = set()
    for fault in faults:
        known = (fault.rule.number, fault.reason)
        if known not in told:
            told.add(known)
            yield fault


def _chat(chat: Chat) -> Iterator[Fault]:
    speakers = order.order_of(chat.messages)
    yield from order.of_calling_chat(speakers) if _has_calls(chat) else order.of_chat(speakers)
    yield from turns.check_weights(chat.messages)
    yield from _conversation(chat, [*turns_of(chat.messages, "messages")])


def _problem(problem: Problem, graded: Sequence[str]) -> Iterator[Fault]:
    chat = problem.chat
    yield from order.of_problem(order.order_of(chat.messages))
    if chat.tools is not None or not turns.is_plain(chat.messages):
        yield from _conversation(chat, [*turns_of(chat.messages, "messages")])
    yield from problems.check(problem, graded)


def _preference(pair: Preference) -> Iterable[Fault]:
    given = pair.input
    of_order = order.of_input(order.order_of(given.messages))
    parts = (given.messages, pair.preferred_output, pair.non_preferred_output)
    is_plain = given.tools is None and all(map(turns.is_plain, parts))
    if is_plain and preferences.is_clear(pair):
        return of_order
    closely = () if is_plain else _both_ways(*parts, given)
    return _once(chain(of_order, closely, preferences.check(pair)))


def _both_ways(
    asked: Sequence[Message], preferred: Sequence[Reply], other: Sequence[Reply], given: Chat
) -> Iterator[Fault]:
    """What is wrong with the conversation as either reply ends it."""
    if any(map(images.addresses_of, asked)):
        yield images.IN_PAIR
    asked_turns = [*turns_of(asked, "input.messages")]
    yield from _conversation(given, [*asked_turns, *turns_of(preferred, "preferred_output")])
    yield from _conversation(given, [*asked_turns, *turns_of(other, "non_preferred_output")])


def _conversation(chat: Chat, conversation: Sequence[Turn]) -> Iterator[Fault]:
    yield from turns.check(conversation)
    known = NO_TOOLS if chat.tools is None else declared(bytes(chat.tools))
    yield from known.faults
    yield from calls.check(conversation, known, is_parallel=chat.parallel_tool_calls)
    yield from images.check(conversation)


def _has_calls(chat: Chat) -> bool:
    return any(_is_calling(message) for message in chat.messages)


def _is_calling(message: Message) -> bool:
    return isinstance(message, Assistant) and bool(message.tool_calls)
