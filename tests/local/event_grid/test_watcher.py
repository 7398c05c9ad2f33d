import contextlib
import json
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from local.event_grid.events import Etag, Schema
from local.event_grid.faults import Faults, copies, message_id
from local.event_grid.ledger import Ledger
from local.event_grid.watcher import Manner, Watcher, succeeds, watch
from tests.local.event_grid.fakes import FakeBlobs, FakeQueue

type Start = Callable[..., Watcher]


@pytest.fixture
def blobs() -> FakeBlobs:
    return FakeBlobs()


@pytest.fixture
def queue() -> FakeQueue:
    return FakeQueue()


@pytest.fixture
def start(tmp_path: Path, blobs: FakeBlobs, queue: FakeQueue) -> Generator[Start]:
    """Start a watcher; each further one finds the ledger as the one before left it."""
    with contextlib.ExitStack() as opened:

        def started(duplicate_every: int = 0, drop_every: int = 0) -> Watcher:
            ledger = opened.enter_context(contextlib.closing(Ledger(tmp_path)))
            faults = Faults(duplicate_every, drop_every)
            return Watcher(blobs, queue, ledger, Manner(Schema.CLOUDEVENTS, Etag.UNQUOTED, faults))

        yield started


def round_of(watcher: Watcher) -> list[bool]:
    return [succeeds("storage", watcher.collect), succeeds("the queue", watcher.deliver)]


def test_each_version_is_announced_once(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    watcher = start()
    blobs.upload("a", "0x1")
    round_of(watcher)
    round_of(watcher)
    blobs.upload("a", "0x2")
    round_of(watcher)
    assert queue.announced == [("a", "0x1"), ("a", "0x2")]


def test_the_message_id_is_the_id_of_the_event(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    blobs.upload("a", "0x1")
    round_of(start())
    (message,) = queue.messages
    assert message.message_id == message.event_id == json.loads(message.body)["id"]


def test_what_was_announced_is_remembered_over_a_restart(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    blobs.upload("a", "0x1")
    round_of(start())
    round_of(start())
    assert queue.announced == [("a", "0x1")]


def test_an_event_noticed_before_a_crash_is_sent_after_it_though_the_blob_is_gone(
    start: Start, blobs: FakeBlobs, queue: FakeQueue
) -> None:
    blobs.upload("a", "0x1")
    start().collect()
    blobs.versions.clear()
    round_of(start())
    assert queue.announced == [("a", "0x1")]


def test_an_event_sent_but_not_marked_comes_again_with_the_same_id(
    start: Start, blobs: FakeBlobs, queue: FakeQueue
) -> None:
    blobs.upload("a", "0x1")
    watcher = start(duplicate_every=1)
    queue.takes = 1  # the first copy is taken, the second is not, so nothing is marked
    assert round_of(watcher) == [True, False]
    queue.takes = 10
    round_of(start())
    assert [message.message_id for message in queue.messages] == [queue.messages[0].event_id] * 2


def test_nothing_is_lost_while_the_queue_is_away(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    watcher = start()
    queue.takes = 1
    for name in "abc":
        blobs.upload(name, "0x1")
    assert round_of(watcher) == [True, False]
    queue.takes = 10
    assert round_of(watcher) == [True, True]
    assert queue.announced == [("a", "0x1"), ("b", "0x1"), ("c", "0x1")]


def test_pending_events_are_sent_while_the_storage_is_away(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    watcher = start()
    blobs.upload("a", "0x1")
    watcher.collect()
    blobs.failures = 1
    assert round_of(watcher) == [False, True]
    assert queue.announced == [("a", "0x1")]


def test_a_sequencer_grows_with_the_versions_of_a_blob(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    watcher = start()
    for number in range(12):
        blobs.upload("a", f"0x{number}")
        round_of(watcher)
    marks = [json.loads(message.body)["data"]["sequencer"] for message in queue.messages]
    assert marks == sorted(set(marks))


def test_every_third_event_is_repeated_and_every_second_lost_on_demand(
    start: Start, blobs: FakeBlobs, queue: FakeQueue
) -> None:
    for name in "abcdef":
        blobs.upload(name, "0x1")
    round_of(start(duplicate_every=3, drop_every=2))
    assert [name for name, _ in queue.announced] == ["a", "c", "c", "e"]


def test_without_faults_every_event_is_sent_once() -> None:
    assert {copies(Faults(), sequence) for sequence in range(1, 100)} == {1}


def test_a_repeat_passes_duplicate_detection() -> None:
    assert message_id("e", 0) == "e"
    assert message_id("e", 1) != "e"


def test_watching_goes_on_after_failures_and_ends_when_told(start: Start, blobs: FakeBlobs, queue: FakeQueue) -> None:
    stop = threading.Event()
    queue.taken = stop.set
    blobs.upload("a", "0x1")
    blobs.failures = 2
    watch(start(), stop)
    assert queue.announced == [("a", "0x1")]
