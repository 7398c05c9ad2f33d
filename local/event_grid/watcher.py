"""The edges: list the container, keep what is new, send what is pending, and go on when one is away."""

import datetime as dt
import json
import logging
import threading
import uuid
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from azure.core.exceptions import AzureError

from local.event_grid.events import Etag, Marks, Schema, Source, api, blob_created, blob_data
from local.event_grid.faults import Faults, copies, message_id
from local.event_grid.ledger import Event, Ledger
from local.event_grid.versions import Version, identity, news

LISTING_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 3.0

_log = logging.getLogger(__name__)


class Blobs(Protocol):
    """The container that is watched. Everything may raise `AzureError`."""

    source: Source

    def listing(self) -> Iterable[Version]:
        """Every committed blob."""
        ...

    def committed_blocks(self, name: str) -> int:
        """How many committed blocks a blob has; 0 if it is gone."""
        ...


class Message(NamedTuple):
    """One event in one brokered message."""

    message_id: str
    event_id: str
    body: str  #: JSON, one event


class Queue(Protocol):
    """The queue that gets the events."""

    def send(self, message: Message) -> None:
        """Returns when the queue has the message. Raises `AzureError`."""
        ...


class Manner(NamedTuple):
    """How events are written and delivered."""

    schema: Schema
    etag: Etag
    faults: Faults


class Watcher:
    """Turns new blob versions into events on the queue."""

    def __init__(self, blobs: Blobs, queue: Queue, ledger: Ledger, manner: Manner) -> None:
        self._blobs, self._queue, self._ledger, self._manner = blobs, queue, ledger, manner
        self._known = ledger.known()

    def collect(self) -> None:
        """Keep an event for every blob version that is new."""
        for version in news(self._blobs.listing(), self._known):
            operation = api(self._blobs.committed_blocks(version.name))
            self._ledger.keep(self._event(version, operation))
            self._known.add(identity(version))

    def deliver(self) -> None:
        """Send every event that is pending; each is marked as soon as the queue has it."""
        for event in self._ledger.pending():
            for message in to_messages(event, self._manner.faults):
                self._queue.send(message)
            self._ledger.mark_sent(event)

    def _event(self, version: Version, operation: str) -> Event:
        marks = _new_marks(self._ledger.next_sequence())
        data = blob_data(self._blobs.source, version, marks, operation, self._manner.etag)
        body = blob_created(self._manner.schema, self._blobs.source, version, marks, data)
        return Event(marks.sequence, identity(version), marks.id, json.dumps(body, ensure_ascii=False))


def to_messages(event: Event, faults: Faults) -> list[Message]:
    """The messages that bring an event: one, unless a fault is due."""
    return [Message(message_id(event.id, copy), event.id, event.body) for copy in range(copies(faults, event.sequence))]


def watch(watcher: Watcher, stop: threading.Event) -> None:
    """Collect and deliver until told to stop. Who is away is asked again, at growing intervals."""
    wait = LISTING_SECONDS
    while not stop.wait(wait):
        done = [succeeds("storage", watcher.collect), succeeds("the queue", watcher.deliver)]
        wait = LISTING_SECONDS if all(done) else min(wait * 2, LONGEST_WAIT_SECONDS)


def succeeds(whom: str, work: Callable[[], None]) -> bool:
    """Whether the work could be done; who is away, and why, is logged."""
    try:
        work()
    except AzureError as error:
        _log.warning("%s is away: %s", whom, str(error).partition("\n")[0])
        return False
    return True


def _new_marks(sequence: int) -> Marks:
    ids = [str(uuid.uuid4()) for _ in range(4)]
    return Marks(ids[0], ids[1], ids[2], ids[3], sequence, dt.datetime.now(dt.UTC))
