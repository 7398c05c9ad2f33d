"""The queue against a slow and simple model of it, and against its own journal, over random histories."""

import shutil
import tempfile
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from local.service_bus.errors import AmqpError
from local.service_bus.journal import Journal
from local.service_bus.message import Content, Incoming, Message, State
from local.service_bus.options import QueueOptions
from local.service_bus.queue import Queue

OPTIONS = QueueOptions(
    lock_duration=10, max_delivery_count=3, default_time_to_live=80, dead_letters_expired=True, duplicate_window=30
)


@dataclass
class Record:
    """A message in the model, which looks at all of them each time."""

    number: int
    text: str
    state: State
    due: float
    expires: float
    failures: int = 0
    lock: bytes | None = None
    until: float = 0


@dataclass
class Model:
    now: float = 0
    last: int = 0
    living: list[Record] = field(default_factory=list[Record])
    dead: list[str] = field(default_factory=list[str])
    seen: dict[str, float] = field(default_factory=dict[str, float])

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        for record in sorted(self.living, key=lambda r: (r.due, r.number)):
            if record.state is State.SCHEDULED and record.due <= self.now:
                self.last += 1
                record.number, record.state = self.last, State.ACTIVE
        for record in list(self.living):
            if record.lock and record.until <= self.now:
                self.fail(record)
        self.expire()

    def expire(self) -> None:
        for record in list(self.living):
            if not record.lock and record.state is not State.SCHEDULED and record.expires <= self.now:
                self.bury(record)

    def fail(self, record: Record) -> None:
        record.lock = None
        record.failures += 1
        if record.failures == OPTIONS.max_delivery_count:
            self.bury(record)

    def bury(self, record: Record) -> None:
        self.living.remove(record)
        self.dead.append(record.text)

    def ready(self) -> list[Record]:
        waiting = [r for r in self.living if r.state is State.ACTIVE and not r.lock]
        return sorted(waiting, key=lambda r: r.number)


class QueueHistory(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.tokens = (number.to_bytes(16) for number in count(1))
        self.ids = count(1)
        self.locks: list[bytes] = []
        self.model = Model()
        self.open()

    def open(self) -> None:
        self.dead = Queue("q/$deadletterqueue", OPTIONS)
        self.queue = Queue("q", OPTIONS, self.dead)
        self.journal = Journal(self.folder)
        self.journal.load([self.queue, self.dead])

    def teardown(self) -> None:
        self.journal.close()
        shutil.rmtree(self.folder)

    @rule(
        wait=st.integers(0, 20),
        life=st.none() | st.integers(1, 40),
        message_id=st.none() | st.sampled_from("xyz"),
    )
    def send(self, wait: int, life: int | None, message_id: str | None) -> None:
        now, text = self.model.now, f"message {next(self.ids)}"
        incoming = Incoming(Content(b"", b"", text.encode()), message_id, life, now + wait)
        number = self.queue.send(incoming, now)
        self.model.last += 1
        assert number == self.model.last
        if message_id and self.model.seen.get(message_id, now) > now:
            return
        if message_id:
            self.model.seen[message_id] = now + 30
        state = State.SCHEDULED if wait else State.ACTIVE
        self.model.living.append(Record(number, text, state, now + wait, now + wait + min(life or 80, 80)))

    @rule(seconds=st.integers(0, 25))
    def pass_time(self, seconds: int) -> None:
        self.model.pass_time(seconds)

    @rule()
    def take(self) -> None:
        message = self.queue.take(self.model.now, lock := next(self.tokens))
        ready = self.model.ready()
        assert (message and message.content.bare.decode()) == (ready[0].text if ready else None)
        if ready:
            self.hand_out(ready[0], lock)

    @rule()
    def take_and_delete(self) -> None:
        message = self.queue.take(self.model.now, None)
        ready = self.model.ready()
        assert (message and message.content.bare.decode()) == (ready[0].text if ready else None)
        if ready:
            self.model.living.remove(ready[0])

    def hand_out(self, record: Record, lock: bytes) -> None:
        record.lock, record.until = lock, self.model.now + OPTIONS.lock_duration
        self.locks.append(lock)

    def held(self, data: st.DataObject) -> tuple[bytes, Record | None]:
        lock = data.draw(st.sampled_from(self.locks))
        return lock, next((record for record in self.model.living if record.lock == lock), None)

    @precondition(lambda self: self.locks)
    @rule(data=st.data(), how=st.sampled_from(["complete", "abandon", "release", "defer", "renew", "dead_letter"]))
    def settle(self, data: st.DataObject, how: str) -> None:
        lock, record = self.held(data)
        arguments = ("R", "D", self.model.now) if how == "dead_letter" else (self.model.now,)
        if record is None:
            with pytest.raises(AmqpError):
                getattr(self.queue, how)(lock, *arguments)
            return
        getattr(self.queue, how)(lock, *arguments)
        match how:
            case "complete":
                self.model.living.remove(record)
            case "abandon":
                self.model.fail(record)
            case "release":
                record.lock = None
            case "defer":
                record.lock, record.state = None, State.DEFERRED
            case "renew":
                record.until = self.model.now + OPTIONS.lock_duration
            case "dead_letter":
                self.model.bury(record)
        self.model.expire()

    @precondition(lambda self: any(r.state is not State.ACTIVE for r in self.model.living))
    @rule(data=st.data())
    def cancel_or_take_deferred(self, data: st.DataObject) -> None:
        candidates = [r for r in self.model.living if r.state is not State.ACTIVE and not r.lock]
        if not candidates:
            return
        record = data.draw(st.sampled_from(candidates))
        if record.state is State.SCHEDULED:
            self.queue.cancel([record.number], self.model.now)
            self.model.living.remove(record)
        else:
            lock = next(self.tokens)
            [message] = self.queue.take_deferred([record.number], self.model.now, [lock])
            assert message.content.bare.decode() == record.text
            self.hand_out(record, lock)

    @rule()
    def restart(self) -> None:
        self.journal.save([self.queue, self.dead])
        before = [snapshot(queue) for queue in (self.queue, self.dead)]
        self.journal.close()
        self.open()
        assert [snapshot(queue) for queue in (self.queue, self.dead)] == before

    @rule()
    def save(self) -> None:
        self.journal.save([self.queue, self.dead])

    @invariant()
    def queue_and_model_agree(self) -> None:
        found = list(self.queue.peek(0, 1000, self.model.now))
        expected = sorted(self.model.living, key=lambda r: r.number)
        assert [describe(message) for message in found] == [
            (r.number, r.text, r.state, r.failures, r.lock, r.until if r.lock else None) for r in expected
        ]
        dead = list(self.dead.peek(0, 1000, self.model.now))
        assert sorted(message.content.bare.decode() for message in dead) == sorted(self.model.dead)
        assert all(message.lock is None and message.dead_letter_reason for message in dead)


def describe(message: Message) -> tuple[object, ...]:
    text = message.content.bare.decode()
    return (message.sequence_number, text, message.state, message.failures, message.lock, message.locked_until)


def snapshot(queue: Queue) -> tuple[object, ...]:
    return dict(queue.messages), dict(queue.seen), queue.last_sequence_number, replace(queue.changes)


QueueHistory.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestQueueHistory = QueueHistory.TestCase
