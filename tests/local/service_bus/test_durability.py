"""What is on disk when the broker dies without warning."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.servicebus import (
    ServiceBusClient,
    ServiceBusMessage,
    ServiceBusReceivedMessage,
    ServiceBusReceiver,
    ServiceBusSubQueue,
)
from azure.servicebus.exceptions import MessageLockLostError

from local.service_bus.access import connection_string
from local.service_bus.journal import Journal
from local.service_bus.options import QueueOptions
from local.service_bus.performatives import Disposition, Flow, Transfer
from local.service_bus.running import running_broker
from tests.local.service_bus.broker_process import BrokerProcess, broker_process
from tests.local.service_bus.raw_client import RawClient, message

OPTIONS = ("--queue", "q:lock=60,max=3", "--queue", "dup:dup=60")
SENT, ACKNOWLEDGED_BEFORE_THE_END = 500, 200


def connect(port: int) -> ServiceBusClient:
    return ServiceBusClient.from_connection_string(connection_string(port), retry_total=0)


def send_until_the_broker_is_killed(broker: BrokerProcess, first: int) -> list[str]:
    """What was acknowledged. The SDK is not used: it leaves its socket open when the broker dies."""
    acknowledged: list[str] = []
    with RawClient(broker.port) as client, suppress(OSError, EOFError):
        client.open().authorized().attach_sender("q")
        for number in range(first, first + SENT):
            client.send(Transfer(0, number, b"tag"), message(str(number).encode()))
        while True:
            performative, _ = client.expect(Disposition | Flow)
            if isinstance(performative, Disposition):
                acknowledged.append(str(performative.first))
            if len(acknowledged) == ACKNOWLEDGED_BEFORE_THE_END:
                broker.kill()
    return acknowledged


@pytest.mark.stack
def test_nothing_acknowledged_is_lost_or_doubled_when_the_broker_is_killed(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    for first in (0, SENT, 2 * SENT):
        with broker_process(tmp_path, *OPTIONS) as broker:
            acknowledged += send_until_the_broker_is_killed(broker, first)

    got: list[str] = []
    with (
        broker_process(tmp_path, *OPTIONS) as broker,
        connect(broker.port) as client,
        client.get_queue_receiver("q") as receiver,
    ):
        while messages := receiver.peek_messages(500):
            got += [str(each) for each in messages]

    assert len(acknowledged) >= 3 * ACKNOWLEDGED_BEFORE_THE_END
    assert set(acknowledged) <= set(got) <= {str(number) for number in range(3 * SENT)}
    assert got == sorted(set(got), key=int)


@dataclass
class Before:
    """What a client saw before the broker was killed."""

    locked: ServiceBusReceivedMessage
    deferred: ServiceBusReceivedMessage
    failed: ServiceBusReceivedMessage
    scheduled: int


def leave_something_of_everything(port: int) -> Before:
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=600)
    texts = ("locked", "dead", "deferred", "failed")
    with (
        connect(port) as client,
        client.get_queue_receiver("q") as receiver,
        client.get_queue_sender("q") as sender,
        client.get_queue_sender("dup") as dup_sender,
    ):
        sender.send_messages([ServiceBusMessage(text) for text in texts])
        locked, dead, deferred, failed = receiver.receive_messages(4, max_wait_time=5)
        receiver.dead_letter_message(dead, reason="reason", error_description="description")
        receiver.defer_message(deferred)
        receiver.abandon_message(failed)
        [scheduled] = sender.schedule_messages(ServiceBusMessage("scheduled"), when)
        dup_sender.send_messages(ServiceBusMessage("one", message_id="same"))
    return Before(locked, deferred, failed, scheduled)


@pytest.mark.stack
def test_after_a_kill_everything_goes_on_where_it_was(tmp_path: Path) -> None:
    with broker_process(tmp_path, *OPTIONS) as broker:
        before = leave_something_of_everything(broker.port)
        broker.kill()

    with (
        broker_process(tmp_path, *OPTIONS) as broker,
        connect(broker.port) as client,
        client.get_queue_receiver("q") as receiver,
        client.get_queue_sender("q") as sender,
    ):
        numbers = {str(m): (m.sequence_number, m.delivery_count) for m in receiver.peek_messages(10)}
        assert numbers == {
            "locked": (before.locked.sequence_number, 0),
            "deferred": (before.deferred.sequence_number, 0),
            "failed": (before.failed.sequence_number, 1),
            "scheduled": (before.scheduled, 0),
        }
        assert_lock_holds(receiver, before.locked)
        assert before.deferred.sequence_number is not None
        receiver.receive_deferred_messages(before.deferred.sequence_number)
        sender.cancel_scheduled_messages(before.scheduled)
        sender.send_messages(ServiceBusMessage("new"))
        [new] = [m for m in receiver.peek_messages(10, sequence_number=1) if str(m) == "new"]
        assert (new.sequence_number or 0) > before.scheduled
        assert_duplicate_is_dropped(client)
        assert_dead_letter_is_there(client)


def assert_lock_holds(receiver: ServiceBusReceiver, locked: ServiceBusReceivedMessage) -> None:
    """The token is good for one settlement, on another connection than the one it came on."""
    receiver._settle_message_via_mgmt_link("completed", [locked.lock_token])  # type: ignore[list-item]
    with pytest.raises(MessageLockLostError):
        receiver._settle_message_via_mgmt_link("completed", [locked.lock_token])  # type: ignore[list-item]


def assert_duplicate_is_dropped(client: ServiceBusClient) -> None:
    with client.get_queue_sender("dup") as sender, client.get_queue_receiver("dup") as receiver:
        sender.send_messages(ServiceBusMessage("two", message_id="same"))
        assert [str(message) for message in receiver.peek_messages(5)] == ["one"]


def assert_dead_letter_is_there(client: ServiceBusClient) -> None:
    with client.get_queue_receiver("q", sub_queue=ServiceBusSubQueue.DEAD_LETTER) as dead_letters:
        [dead] = dead_letters.peek_messages(5)
    assert (str(dead), dead.dead_letter_reason) == ("dead", "reason")
    assert dead.dead_letter_error_description == "description"


@pytest.mark.stack
def test_a_broker_ends_in_good_order_when_told_to(tmp_path: Path) -> None:
    broker = BrokerProcess(tmp_path, *OPTIONS)

    assert broker.terminate() == 0


def test_two_brokers_cannot_share_a_folder(tmp_path: Path) -> None:
    second = running_broker(tmp_path, {"q": QueueOptions()})
    with (
        running_broker(tmp_path, {"q": QueueOptions()}),
        pytest.raises(sqlite3.OperationalError, match="locked"),
        second,
    ):
        pass


def test_a_queue_that_was_left_out_for_once_has_kept_its_messages(tmp_path: Path) -> None:
    with running_broker(tmp_path, {"q": QueueOptions()}) as text, raw(text) as client:
        client.attach_sender("q")
        client.transfer(0, message(b"kept"))
        client.outcome()
    with running_broker(tmp_path, {"other": QueueOptions()}):
        pass

    with running_broker(tmp_path, {"Q": QueueOptions()}) as text, raw(text) as client:
        client.attach_receiver("q")
        client.next()
        client.grant(1)
        assert client.receive()[1][0x75] == b"kept"


def test_a_broker_that_cannot_write_acknowledges_nothing_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Journal, __: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with (
        pytest.raises(sqlite3.OperationalError, match="disk is full"),
        running_broker(tmp_path, {"q": QueueOptions()}) as text,
    ):
        assert_broken_off_while_sending(text, lambda: monkeypatch.setattr(Journal, "save", fail))


def assert_broken_off_while_sending(connection_string: str, fill_the_disk: Callable[[], None]) -> None:
    with raw(connection_string) as client:
        client.attach_sender("q")
        fill_the_disk()
        client.transfer(0, message(b"lost"))
        with pytest.raises(OSError, match="reset"):
            client.next()


def raw(connection_string: str) -> RawClient:
    return RawClient(int(connection_string.split(":")[2].split(";", maxsplit=1)[0])).open().authorized()
