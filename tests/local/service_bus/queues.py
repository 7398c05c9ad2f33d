"""Queues in tests: made, filled and asked."""

from collections.abc import Callable
from itertools import count

import pytest

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.message import Content, Incoming, Message
from local.service_bus.options import QueueOptions
from local.service_bus.queue import Queue

TOKENS = (number.to_bytes(16) for number in count(1))


def make_queue(options: QueueOptions | None = None) -> Queue:
    options = options or QueueOptions(lock_duration=10, max_delivery_count=3)
    return Queue("q", options, Queue("q/$deadletterqueue", options))


def send(queue: Queue, *texts: str, now: float = 0, **incoming: object) -> list[int]:
    contents = [Content(b"", b"", text.encode()) for text in texts]
    return [queue.send(Incoming(content, **incoming), now) for content in contents]  # type: ignore[arg-type]


def take(queue: Queue, now: float = 0) -> Message:
    message = queue.take(now, next(TOKENS))
    assert message is not None
    return message


def take_lock(queue: Queue, now: float = 0) -> bytes:
    return take(queue, now).lock or b""


def texts(queue: Queue | None, now: float = 0) -> list[str]:
    assert queue is not None
    return [message.content.bare.decode() for message in queue.peek(0, 100, now)]


def condition_of(act: Callable[[], object]) -> Condition:
    with pytest.raises(AmqpError) as refusal:
        act()
    return refusal.value.condition
