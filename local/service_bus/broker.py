"""The broker works in turns of the event loop: take in what came, deal out what is ready, commit, and answer.

An answer never leaves before what it acknowledges is on disk, and a turn with a thousand messages costs
one commit like a turn with one.
"""

import asyncio
import sqlite3
import time
import uuid
from collections import deque
from typing import Protocol

from local.service_bus.journal import Journal
from local.service_bus.message import Message
from local.service_bus.namespace import Namespace
from local.service_bus.queue import Queue


class Consumer(Protocol):
    """Someone who receives from a queue."""

    is_presettled: bool  #: what it gets is removed at once

    def can_take(self) -> bool:
        """Whether it has asked for a message and there is room on its way."""
        ...

    def deliver(self, message: Message) -> None:
        """Hand over a message."""
        ...

    def end_drain(self) -> None:
        """Say that there is nothing more, if that was asked."""
        ...


class Peer(Protocol):
    """A connection, as the broker sees it."""

    def flush(self) -> None:
        """Write what has been kept back until the commit."""
        ...

    def abort(self) -> None:
        """Break off without writing anything."""
        ...


class Broker:
    """The queues, who waits for their messages, and when something is due. `key` is what tokens are signed with.

    `ended` completes when the broker is stopped, and with an error when the journal fails: what cannot be
    kept must not be acknowledged.
    """

    def __init__(self, namespace: Namespace, journal: Journal, key: str) -> None:
        self.namespace, self.key = namespace, key
        self.peers: set[Peer] = set()
        self._journal = journal
        self._queues = list(namespace.queues.values())
        self._consumers: dict[Queue, deque[Consumer]] = {queue: deque() for queue in self._queues}
        self._loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self._is_turn_due = False
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: float | None = None
        journal.load(self._queues)
        self.turn_soon()

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def mint(self) -> bytes:
        """A new lock token."""
        return uuid.uuid4().bytes_le

    def add_consumer(self, queue: Queue, consumer: Consumer) -> None:
        """From now on, `consumer` gets its share of the queue's messages."""
        self._consumers[queue].append(consumer)

    def remove_consumer(self, queue: Queue, consumer: Consumer) -> None:
        """What it has locked stays locked until the lock runs out, as in Service Bus."""
        self._consumers[queue].remove(consumer)

    def turn_soon(self) -> None:
        """Something came in: take a turn once everything that came with it is taken in."""
        if not self._is_turn_due:
            self._is_turn_due = True
            self._loop.call_soon(self._turn)

    def stop(self) -> None:
        """End. What came in and is not committed yet was not acknowledged either."""
        if not self.ended.done():
            self.ended.set_result(None)

    def _turn(self) -> None:
        self._is_turn_due = False
        if self.ended.done():
            return
        now = self.now()
        for queue in self._queues:
            queue.advance(now)
        for queue in self._queues:
            self._deal(queue, now)
        try:
            self._journal.save(self._queues)
        except sqlite3.Error as error:
            self._give_up(error)
            return
        for peer in list(self.peers):
            peer.flush()
        self._set_alarm(now)

    def _deal(self, queue: Queue, now: float) -> None:
        """One message to each consumer in turn, as long as there are both."""
        consumers = self._consumers[queue]
        while queue.has_ready() and (consumer := self._next_consumer(consumers)):
            message = queue.take(now, None if consumer.is_presettled else self.mint())
            if message is None:
                break
            consumer.deliver(message)
        for consumer in consumers:
            consumer.end_drain()

    def _next_consumer(self, consumers: deque[Consumer]) -> Consumer | None:
        for _ in range(len(consumers)):
            consumers.rotate(-1)
            if consumers[-1].can_take():
                return consumers[-1]
        return None

    def _set_alarm(self, now: float) -> None:
        deadlines = [deadline for queue in self._queues if (deadline := queue.next_deadline()) is not None]
        deadline = min(deadlines, default=None)
        if deadline == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = deadline
        self._alarm = None if deadline is None else self._loop.call_later(max(0.0, deadline - now), self._ring)

    def _ring(self) -> None:
        self._alarm_at = self._alarm = None
        self._turn()

    def _give_up(self, error: sqlite3.Error) -> None:
        for peer in list(self.peers):
            peer.abort()
        if not self.ended.done():
            self.ended.set_exception(error)
