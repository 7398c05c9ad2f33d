"""What happens to messages by itself: schedule, time to live, duplicate detection."""

import pytest

from local.service_bus.errors import Condition
from local.service_bus.message import State
from local.service_bus.options import QueueOptions
from tests.local.service_bus.queues import TOKENS, condition_of, make_queue, send, take, take_lock, texts


def test_a_scheduled_message_becomes_active_at_its_time_at_the_end_of_the_queue() -> None:
    queue = make_queue()
    [early] = send(queue, "later", scheduled=5.0)
    send(queue, "now")

    assert queue.take(4.9, None) is not None
    assert queue.take(4.9, None) is None
    assert queue.next_deadline() == 5
    message = take(queue, 6)

    assert (message.content.bare, message.state, message.enqueued) == (b"later", State.ACTIVE, 6)
    assert early == 1
    assert message.sequence_number == 3


def test_a_message_scheduled_for_the_past_is_active_at_once() -> None:
    queue = make_queue()

    send(queue, "a", now=100, scheduled=50.0)

    assert take(queue, 100).enqueued == 100


def test_a_cancelled_message_never_comes_and_others_cannot_be_cancelled() -> None:
    queue = make_queue()
    [scheduled] = send(queue, "a", scheduled=5.0)
    [active] = send(queue, "b")

    assert condition_of(lambda: queue.cancel([scheduled, active], 1)) is Condition.MESSAGE_NOT_FOUND
    assert texts(queue) == ["a", "b"]
    queue.cancel([scheduled, scheduled], 1)

    assert texts(queue, 6) == ["b"]
    assert condition_of(lambda: queue.cancel([scheduled], 6)) is Condition.MESSAGE_NOT_FOUND


def test_a_message_that_has_become_active_can_no_longer_be_cancelled() -> None:
    queue = make_queue()
    [number] = send(queue, "a", scheduled=5.0)

    assert condition_of(lambda: queue.cancel([number], 5)) is Condition.MESSAGE_NOT_FOUND


def test_speed_shortens_the_wait_of_scheduled_messages_and_nothing_else() -> None:
    options = QueueOptions(lock_duration=10, default_time_to_live=60, duplicate_window=60, speed=600)
    queue = make_queue(options)

    send(queue, "a", now=1000, scheduled=1600.0, message_id="id")

    [waiting] = queue.peek(0, 1, 1000)
    assert (waiting.enqueued, waiting.expires) == (1001, 1061)
    assert take(queue, 1001).locked_until == 1011
    assert queue.seen == {"id": 1060}


@pytest.mark.parametrize(
    ("own", "of_the_queue", "expires"),
    [(None, None, None), (5.0, None, 5), (None, 7.0, 7), (5.0, 7.0, 5), (9.0, 7.0, 7)],
)
def test_the_shorter_time_to_live_counts(own: float | None, of_the_queue: float | None, expires: float | None) -> None:
    queue = make_queue(QueueOptions(default_time_to_live=of_the_queue))

    send(queue, "a", time_to_live=own)

    assert take(queue).expires == expires


def test_an_expired_message_is_dropped() -> None:
    queue = make_queue()
    send(queue, "a", time_to_live=5.0)

    assert queue.take(5, next(TOKENS)) is None
    assert texts(queue, 5) == texts(queue.dead_letters, 5) == []


def test_an_expired_message_is_dead_lettered_where_the_queue_says_so() -> None:
    queue = make_queue(QueueOptions(dead_letters_expired=True))
    send(queue, "a", time_to_live=5.0)

    queue.advance(5)

    assert queue.dead_letters is not None
    dead = take(queue.dead_letters, 500)
    assert dead.dead_letter_reason == "TTLExpiredException"


def test_a_locked_message_expires_only_when_its_lock_is_gone() -> None:
    queue = make_queue()
    send(queue, "a", "b", time_to_live=5.0)
    kept, given_back = take_lock(queue), take_lock(queue)

    queue.complete(kept, 8)
    queue.abandon(given_back, 8)

    assert queue.take(8, next(TOKENS)) is None
    assert texts(queue, 8) == []


def test_the_time_to_live_of_a_scheduled_message_begins_when_it_becomes_active() -> None:
    queue = make_queue()
    send(queue, "a", scheduled=100.0, time_to_live=5.0)

    assert take(queue, 104).expires == 105


def test_within_the_window_a_message_id_is_taken_once() -> None:
    queue = make_queue(QueueOptions(duplicate_window=60))

    numbers = send(queue, "a", "b", message_id="id")

    assert texts(queue) == ["a"]
    assert len(set(numbers)) == 2


def test_a_duplicate_is_one_even_after_the_first_was_consumed() -> None:
    queue = make_queue(QueueOptions(duplicate_window=60))
    send(queue, "a", message_id="id")
    queue.take(0, None)

    send(queue, "b", now=59.9, message_id="id")
    assert texts(queue) == []
    send(queue, "c", now=60, message_id="id")
    assert texts(queue) == ["c"]


def test_a_scheduled_duplicate_is_dropped_too() -> None:
    queue = make_queue(QueueOptions(duplicate_window=60))
    send(queue, "a", message_id="id", scheduled=50.0)

    [dropped] = send(queue, "b", message_id="id", scheduled=50.0)

    assert texts(queue) == ["a"]
    assert condition_of(lambda: queue.cancel([dropped], 0)) is Condition.MESSAGE_NOT_FOUND


@pytest.mark.parametrize(("window", "message_id"), [(None, "id"), (60, None)])
def test_without_window_or_message_id_there_are_no_duplicates(window: float | None, message_id: str | None) -> None:
    queue = make_queue(QueueOptions(duplicate_window=window))

    send(queue, "a", "b", message_id=message_id)

    assert texts(queue) == ["a", "b"]


def test_ids_are_forgotten_after_their_window() -> None:
    queue = make_queue(QueueOptions(duplicate_window=60))
    send(queue, "a", message_id="old")

    send(queue, "b", now=60, message_id="new")

    assert list(queue.seen) == ["new"]
