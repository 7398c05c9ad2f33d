"""What a queue does with messages: peek-lock, delivery count, schedule, time to live, duplicates, dead letters.

A state machine without clock, randomness, network or file. Whoever calls says what time it is, and at
first everything happens that was due by then: locks run out, scheduled messages become active, messages
expire. So no operation ever sees a lock or a message whose time is over.
"""

import heapq
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from local.service_bus.errors import AmqpError, Condition
from local.service_bus.message import Content, Incoming, Message, State
from local.service_bus.options import QueueOptions

DEAD_LETTER_SUFFIX = "/$deadletterqueue"


@dataclass(slots=True)
class Changes:
    """What a journal must write since it last did, by sequence number and message id."""

    added: set[int] = field(default_factory=set[int])
    updated: set[int] = field(default_factory=set[int])
    removed: set[int] = field(default_factory=set[int])
    message_ids: set[str] = field(default_factory=set[str])
    numbered: bool = False  #: a sequence number was given away

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed or self.message_ids or self.numbered)


class Queue:
    """One queue, or the dead-letter queue of one (`dead_letters` is None)."""

    def __init__(self, name: str, options: QueueOptions, dead_letters: "Queue | None" = None) -> None:
        self.name, self.options, self.dead_letters = name, options, dead_letters
        self.last_sequence_number = 0
        self.messages: dict[int, Message] = {}
        self.seen: OrderedDict[str, float] = OrderedDict()  #: message id: the end of its window
        self.changes = Changes()
        self._ready: list[int] = []  #: heap of sequence numbers; may name messages that are gone
        self._locks: dict[bytes, int] = {}
        self._deadlines: list[tuple[float, int]] = []  #: heap of when to look at which message again

    def restore(self, last_sequence_number: int, messages: Iterable[Message], seen: dict[str, float]) -> None:
        """Fill a new queue with what a journal kept."""
        self.last_sequence_number = last_sequence_number
        self.seen.update(sorted(seen.items(), key=lambda item: item[1]))
        for message in messages:
            self._index(message)

    # For those who send

    def send(self, incoming: Incoming, now: float) -> int:
        """The sequence number of the message. A duplicate gets one as well, and is dropped without a word."""
        if self.dead_letters is None:
            raise AmqpError(Condition.NOT_ALLOWED, f"nothing can be sent to {self.name!r}, a dead-letter queue")
        self.advance(now)
        number = self._next_sequence_number()
        if self._is_duplicate(incoming.message_id, now):
            return number
        start = self._start(incoming.scheduled, now)
        message = Message(
            number,
            State.SCHEDULED if start > now else State.ACTIVE,
            start,
            incoming.content,
            expires=self._expiry(incoming.time_to_live, start),
        )
        self._add(message)
        return number

    def cancel(self, sequence_numbers: Sequence[int], now: float) -> None:
        """Remove scheduled messages; all or, if one is not scheduled (any more), none."""
        self.advance(now)
        for message in self._find(sequence_numbers, State.SCHEDULED):
            self._remove(message)

    # For those who receive

    def has_ready(self) -> bool:
        """False if there is surely nothing to take."""
        return bool(self._ready)

    def take(self, now: float, lock: bytes | None) -> Message | None:
        """The oldest message that is ready: locked or, without a lock (receive and delete), removed."""
        self.advance(now)
        while self._ready:
            message = self.messages.get(heapq.heappop(self._ready))
            if message and message.state is State.ACTIVE and message.lock is None:
                return self._hand_out(message, now, lock)
        return None

    def take_deferred(self, numbers: Sequence[int], now: float, locks: Iterable[bytes | None]) -> list[Message]:
        """As `take`, for deferred messages; all or, if one is not there, none. `locks` are enough for all."""
        self.advance(now)
        found = self._find(numbers, State.DEFERRED)
        return [self._hand_out(message, now, lock) for message, lock in zip(found, locks, strict=False)]

    def peek(self, from_number: int, count: int, now: float) -> Iterator[Message]:
        """The first messages from a sequence number on, whatever their state."""
        self.advance(now)
        numbers = heapq.nsmallest(count, (number for number in self.messages if number >= from_number))
        return (self.messages[number] for number in numbers)

    def held(self, lock: bytes, now: float) -> Message:
        """The message under a lock."""
        self.advance(now)
        if lock not in self._locks:
            raise AmqpError(
                Condition.MESSAGE_LOCK_LOST,
                "the lock supplied is invalid: it expired, or the message was removed from the queue",
            )
        return self.messages[self._locks[lock]]

    def renew(self, lock: bytes, now: float) -> float:
        """Lock anew for the lock duration; the time when the lock will expire."""
        message = self.held(lock, now)
        until = now + self.options.lock_duration
        self._update(replace(message, locked_until=until))
        return until

    def amend(self, lock: bytes, content: Content, now: float) -> None:
        """Replace what a locked message says."""
        message = replace(self.held(lock, now), content=content)
        self._remove(message)
        self._add(message)

    def complete(self, lock: bytes, now: float) -> None:
        """Remove the message."""
        self._remove(self.held(lock, now))

    def abandon(self, lock: bytes, now: float) -> None:
        """Give the message back, counted as a failed delivery."""
        self._fail(self.held(lock, now))

    def release(self, lock: bytes, now: float) -> None:
        """Give the message back, not counted: it was fetched ahead and never used."""
        self._unlock(self.held(lock, now))

    def defer(self, lock: bytes, now: float) -> None:
        """Set the message aside, for those who ask for its sequence number."""
        self._unlock(replace(self.held(lock, now), state=State.DEFERRED))

    def dead_letter(self, lock: bytes, reason: str | None, description: str | None, now: float) -> None:
        """Move the message to the dead-letter queue."""
        message = self.held(lock, now)
        if self.dead_letters is None:
            raise AmqpError(Condition.NOT_ALLOWED, f"{self.name!r} is a dead-letter queue and has none itself")
        self._bury(message, self.dead_letters, reason, description)

    # For the clock

    def next_deadline(self) -> float | None:
        """When `advance` may have something to do."""
        return self._deadlines[0][0] if self._deadlines else None

    def advance(self, now: float) -> None:
        """Let everything happen that is due by now."""
        while self._deadlines and self._deadlines[0][0] <= now:
            _, number = heapq.heappop(self._deadlines)
            if message := self.messages.get(number):
                self._review(message, now)

    def adopt(self, message: Message) -> None:
        """Take in a message that another queue has given up; it keeps its sequence number."""
        self._add(message)

    def _review(self, message: Message, now: float) -> None:
        if message.locked_until is not None:
            if message.locked_until <= now:
                self._fail(message)
        elif message.state is State.SCHEDULED:
            if message.enqueued <= now:
                self._activate(message, now)
        elif message.expires is not None and message.expires <= now:
            self._expire(message)

    def _activate(self, message: Message, now: float) -> None:
        """It joins the end of the queue, with a new number (Microsoft Learn, message-sequencing; 2026-11)."""
        self._remove(message)
        number = self._next_sequence_number()
        self._add(replace(message, sequence_number=number, state=State.ACTIVE, enqueued=now))

    def _expire(self, message: Message) -> None:
        if self.dead_letters and self.options.dead_letters_expired:
            text = "The message expired and was dead lettered."
            self._bury(message, self.dead_letters, "TTLExpiredException", text)
        else:
            self._remove(message)

    def _fail(self, message: Message) -> None:
        failed = replace(message, failures=message.failures + 1)
        most = self.options.max_delivery_count
        if self.dead_letters and failed.failures >= most:
            text = f"Message could not be consumed after {most} delivery attempts."
            self._bury(failed, self.dead_letters, "MaxDeliveryCountExceeded", text)
        else:
            self._unlock(failed)

    def _bury(self, message: Message, dead_letters: "Queue", reason: str | None, description: str | None) -> None:
        self._remove(message)
        active = replace(message, state=State.ACTIVE, expires=None, lock=None, locked_until=None)
        dead_letters.adopt(replace(active, dead_letter_reason=reason, dead_letter_description=description))

    def _unlock(self, message: Message) -> None:
        if message.lock is not None:
            del self._locks[message.lock]
        self._update(replace(message, lock=None, locked_until=None))

    def _hand_out(self, message: Message, now: float, lock: bytes | None) -> Message:
        if lock is None:
            self._remove(message)
            return message
        locked = replace(message, lock=lock, locked_until=now + self.options.lock_duration)
        self._update(locked)
        return locked

    def _find(self, numbers: Sequence[int], state: State) -> list[Message]:
        """The messages with these numbers, each once; all are in this state and unlocked."""
        found: list[Message] = []
        for number in dict.fromkeys(numbers):
            message = self.messages.get(number)
            if message is None or message.state is not state or message.lock is not None:
                text = f"no {state.name.lower()} message with the sequence number {number} in {self.name!r}"
                raise AmqpError(Condition.MESSAGE_NOT_FOUND, text)
            found.append(message)
        return found

    def _next_sequence_number(self) -> int:
        self.last_sequence_number += 1
        self.changes.numbered = True
        return self.last_sequence_number

    def _start(self, scheduled: float | None, now: float) -> float:
        if scheduled is None or scheduled <= now:
            return now
        return now + (scheduled - now) / self.options.speed

    def _expiry(self, time_to_live: float | None, start: float) -> float | None:
        lives = [life for life in (time_to_live, self.options.default_time_to_live) if life is not None]
        return start + min(lives) if lives else None

    def _is_duplicate(self, message_id: str | None, now: float) -> bool:
        if self.options.duplicate_window is None or message_id is None:
            return False
        self._forget_ids(now)
        if self.seen.get(message_id, now) > now:
            return True
        self.seen[message_id] = now + self.options.duplicate_window
        self.changes.message_ids.add(message_id)
        return False

    def _forget_ids(self, now: float) -> None:
        while self.seen and next(iter(self.seen.values())) <= now:
            message_id, _ = self.seen.popitem(last=False)
            self.changes.message_ids.add(message_id)

    def _add(self, message: Message) -> None:
        self.changes.added.add(message.sequence_number)
        self._index(message)

    def _update(self, message: Message) -> None:
        if message.sequence_number not in self.changes.added:
            self.changes.updated.add(message.sequence_number)
        self._index(message)

    def _remove(self, message: Message) -> None:
        number = message.sequence_number
        del self.messages[number]
        if message.lock is not None:
            del self._locks[message.lock]
        if number in self.changes.added:
            self.changes.added.remove(number)
        else:
            self.changes.updated.discard(number)
            self.changes.removed.add(number)

    def _index(self, message: Message) -> None:
        number = message.sequence_number
        self.messages[number] = message
        if message.lock is not None and message.locked_until is not None:
            self._locks[message.lock] = number
            self._look_again(number, message.locked_until)
        elif message.state is State.SCHEDULED:
            self._look_again(number, message.enqueued)
        else:
            if message.state is State.ACTIVE:
                heapq.heappush(self._ready, number)
            if message.expires is not None:
                self._look_again(number, message.expires)

    def _look_again(self, number: int, when: float) -> None:
        heapq.heappush(self._deadlines, (when, number))
