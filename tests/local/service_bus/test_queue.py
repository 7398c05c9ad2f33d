"""What happens to messages because someone says so: peek-lock and settlement."""

from collections.abc import Sequence

import pytest

from local.service_bus.errors import Condition
from local.service_bus.message import Content, State
from tests.local.service_bus.queues import TOKENS, condition_of, make_queue, send, take, take_lock, texts


def test_messages_come_in_the_order_in_which_they_were_sent() -> None:
    queue = make_queue()
    numbers = send(queue, "a", "b", "c")

    taken = [take(queue) for _ in range(3)]

    assert [message.sequence_number for message in taken] == numbers == [1, 2, 3]
    assert queue.take(0, next(TOKENS)) is None


def test_a_locked_message_is_not_given_to_anyone_else() -> None:
    queue = make_queue()
    send(queue, "a")

    take(queue)

    assert queue.take(9.9, next(TOKENS)) is None


def test_a_completed_message_is_gone() -> None:
    queue = make_queue()
    send(queue, "a")

    queue.complete(take_lock(queue), 1)

    assert texts(queue) == []


def test_a_message_taken_without_a_lock_is_gone() -> None:
    queue = make_queue()
    send(queue, "a")

    message = queue.take(0, None)

    assert message is not None
    assert message.lock is None
    assert texts(queue) == []


def test_an_abandoned_message_comes_again_in_its_old_place_and_is_counted() -> None:
    queue = make_queue()
    send(queue, "a", "b")

    queue.abandon(take_lock(queue), 1)

    again = take(queue, 1)
    assert (again.content.bare, again.failures) == (b"a", 1)


def test_a_released_message_comes_again_and_is_not_counted() -> None:
    queue = make_queue()
    send(queue, "a")

    queue.release(take_lock(queue), 1)

    assert take(queue, 1).failures == 0


def test_a_lock_that_runs_out_is_a_failed_delivery() -> None:
    queue = make_queue()
    send(queue, "a")
    lock = take_lock(queue)

    assert queue.next_deadline() == 10
    again = take(queue, 10)

    assert again.failures == 1
    assert condition_of(lambda: queue.complete(lock, 10)) is Condition.MESSAGE_LOCK_LOST


def test_a_renewed_lock_holds_for_the_lock_duration_from_then_on() -> None:
    queue = make_queue()
    send(queue, "a")
    lock = take_lock(queue)

    assert queue.renew(lock, 8) == 18

    queue.complete(lock, 17.9)


@pytest.mark.parametrize("settle", ["complete", "abandon", "release", "defer"])
def test_a_message_can_be_settled_once(settle: str) -> None:
    queue = make_queue()
    send(queue, "a")
    lock = take_lock(queue)
    getattr(queue, settle)(lock, 1)

    assert condition_of(lambda: getattr(queue, settle)(lock, 1)) is Condition.MESSAGE_LOCK_LOST


def test_the_last_failed_delivery_leads_to_the_dead_letter_queue() -> None:
    queue = make_queue()
    send(queue, "a")

    for now in range(3):
        queue.abandon(take_lock(queue, now), now)

    assert texts(queue) == []
    assert queue.dead_letters is not None
    dead = take(queue.dead_letters, 3)
    assert (dead.dead_letter_reason, dead.failures) == ("MaxDeliveryCountExceeded", 3)
    assert dead.dead_letter_description == "Message could not be consumed after 3 delivery attempts."


def test_a_dead_letter_can_fail_as_often_as_it_likes() -> None:
    queue = make_queue()
    send(queue, "a")
    queue.dead_letter(take_lock(queue), "R", "D", 0)
    assert queue.dead_letters is not None

    for now in range(20):
        queue.dead_letters.abandon(take_lock(queue.dead_letters, now), now)

    assert texts(queue.dead_letters, 20) == ["a"]


def test_a_dead_letter_queue_has_no_dead_letter_queue_and_takes_nothing_from_clients() -> None:
    queue = make_queue()
    send(queue, "a")
    queue.dead_letter(take_lock(queue), "R", "D", 0)
    dead = queue.dead_letters
    assert dead is not None
    lock = take_lock(dead)

    assert condition_of(lambda: dead.dead_letter(lock, "R", "D", 1)) is Condition.NOT_ALLOWED
    assert condition_of(lambda: send(dead, "b")) is Condition.NOT_ALLOWED


def test_a_deferred_message_comes_only_when_asked_for() -> None:
    queue = make_queue()
    [number] = send(queue, "a")
    queue.defer(take_lock(queue), 0)

    assert queue.take(0, next(TOKENS)) is None
    [message] = queue.take_deferred([number], 1, [next(TOKENS)])

    assert (message.content.bare, message.state) == (b"a", State.DEFERRED)
    assert condition_of(lambda: queue.take_deferred([number], 1, [next(TOKENS)])) is Condition.MESSAGE_NOT_FOUND


def test_an_abandoned_deferred_message_stays_deferred() -> None:
    queue = make_queue()
    [number] = send(queue, "a")
    queue.defer(take_lock(queue), 0)
    [message] = queue.take_deferred([number], 1, [next(TOKENS)])

    queue.abandon(message.lock or b"", 2)

    assert queue.take(2, next(TOKENS)) is None
    assert [m.failures for m in queue.take_deferred([number], 2, [None])] == [1]
    assert texts(queue) == []


def test_of_several_deferred_messages_all_are_given_or_none() -> None:
    queue = make_queue()
    [number] = send(queue, "a")
    queue.defer(take_lock(queue), 0)
    locks = [next(TOKENS), next(TOKENS)]

    assert condition_of(lambda: queue.take_deferred([number, 99], 0, locks)) is Condition.MESSAGE_NOT_FOUND
    assert len(queue.take_deferred([number, number], 0, locks)) == 1


@pytest.mark.parametrize(
    ("from_number", "count", "seen"), [(0, 10, "abcd"), (1, 2, "ab"), (3, 10, "cd"), (9, 10, ""), (0, 0, "")]
)
def test_peek_shows_messages_in_every_state_in_order(from_number: int, count: int, seen: Sequence[str]) -> None:
    queue = make_queue()
    send(queue, "a", "b")
    queue.defer(take_lock(queue), 0)
    take(queue)
    send(queue, "c", scheduled=5.0)
    send(queue, "d")

    peeked = queue.peek(from_number, count, 0)

    assert [message.content.bare.decode() for message in peeked] == list(seen)


def test_an_amended_message_keeps_its_lock_and_place() -> None:
    queue = make_queue()
    send(queue, "a", "b")
    lock = take_lock(queue)

    queue.amend(lock, Content(b"", b"", b"new"), 1)
    queue.abandon(lock, 1)

    assert texts(queue) == ["new", "b"]
    assert take(queue, 1).content.bare == b"new"
