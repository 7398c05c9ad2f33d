"""Service Bus triggers, against the broker stand-in."""

import json
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSubQueue

from tests.local.functions_host.processes import Bench, eventually

pytestmark = pytest.mark.stack

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@contextmanager
def client(bench: Bench) -> Generator[ServiceBusClient]:
    with ServiceBusClient.from_connection_string(bench.settings["SERVICE_BUS"]) as opened:
        yield opened


def send(bench: Bench, *orders: dict[str, object], **properties: object) -> None:
    messages = [ServiceBusMessage(json.dumps(order), message_id=f"m{order['n']}", **properties) for order in orders]
    with client(bench) as opened, opened.get_queue_sender("work") as sender:
        sender.send_messages(messages)


def done(bench: Bench) -> set[object]:
    return {note["n"] for note in bench.notes("done")}


def test_a_function_is_told_about_its_message_what_azure_tells(bench: Bench) -> None:
    bench.start_broker()
    bench.start_host()
    properties = {"row": 7, "traceparent": PARENT}
    send(
        bench,
        {"n": 1},
        application_properties=properties,
        correlation_id="run",
        subject="prepare",
        content_type="application/json",
    )
    (note,) = eventually(lambda: bench.notes("done"))
    told = ("message_id", "delivery", "correlation_id", "subject", "content_type", "properties")
    assert [note[key] for key in told] == ["m1", 1, "run", "prepare", "application/json", properties]
    assert note["sequence"]
    assert note["enqueued"]
    assert note["traceparent"] == PARENT


def test_an_exception_gives_the_message_back_until_it_is_dead_lettered(bench: Bench) -> None:
    bench.start_broker("lock=30,max=2")
    bench.start_host()
    send(bench, {"n": 1, "fail": True})
    with client(bench) as opened:
        dead = opened.get_queue_receiver("work", sub_queue=ServiceBusSubQueue.DEAD_LETTER)
        with dead as receiver:
            (message,) = receiver.receive_messages(1, 20)
            assert message.dead_letter_reason == "MaxDeliveryCountExceeded"
    assert [note["delivery"] for note in bench.notes("began")] == [1, 2]


def test_two_instances_share_the_messages_and_lose_none(bench: Bench) -> None:
    bench.start_broker()
    first = bench.start_host("a")
    bench.start_host("b", port=int(first.address.rpartition(":")[2]))
    send(bench, *({"n": n} for n in range(200)))
    eventually(lambda: len(done(bench)) == 200)
    assert {note["instance"] for note in bench.notes("done")} == {"a", "b"}


def test_the_message_of_a_killed_instance_goes_to_another(bench: Bench) -> None:
    bench.start_broker("lock=1,max=3")
    first = bench.start_host("a")
    send(bench, {"n": 1, "seconds": 5})
    eventually(lambda: bench.notes("began"))
    first.kill()
    bench.start_host("b")
    (note,) = eventually(lambda: bench.notes("done"))
    assert (note["instance"], note["delivery"]) == ("b", 2)


def test_a_lock_is_renewed_while_the_function_runs(bench: Bench) -> None:
    bench.start_broker("lock=1,max=3")
    bench.start_host("a")
    bench.start_host("b")
    send(bench, {"n": 1, "seconds": 3})
    eventually(lambda: done(bench))
    assert len(bench.notes("began")) == 1


def test_a_message_whose_lock_was_lost_is_not_settled(bench: Bench) -> None:
    bench.copy_app(extensions={"serviceBus": {"maxAutoLockRenewalDuration": "00:00:00", "maxConcurrentCalls": 1}})
    bench.start_broker("lock=1,max=2")
    host = bench.start_host()
    send(bench, {"n": 1, "seconds": 2})
    eventually(lambda: len(bench.notes("done")) == 2)
    eventually(lambda: "was not settled and will be delivered again" in host.log.read_text())


def test_no_more_than_max_concurrent_calls_run_at_once(bench: Bench) -> None:
    bench.copy_app(extensions={"serviceBus": {"maxConcurrentCalls": 2}})
    bench.settings["PYTHON_THREADPOOL_THREAD_COUNT"] = "8"
    bench.start_broker()
    bench.start_host()
    send(bench, *({"n": n, "seconds": 0.3} for n in range(6)))
    eventually(lambda: len(done(bench)) == 6)
    changes = [(note["at"], 1) for note in bench.notes("began")] + [(note["at"], -1) for note in bench.notes("done")]
    running = [sum(change for _, change in sorted(changes)[:count]) for count in range(1, len(changes) + 1)]
    assert max(running) == 2


def test_on_sigterm_a_running_function_finishes_and_its_message_is_settled(bench: Bench) -> None:
    bench.start_broker("lock=1,max=3")
    host = bench.start_host()
    send(bench, {"n": 1, "seconds": 1.5})
    eventually(lambda: bench.notes("began"))
    assert host.terminate() == 0
    assert done(bench) == {1}
    with client(bench) as opened, opened.get_queue_receiver("work") as receiver:
        assert receiver.receive_messages(1, 2) == []


def test_a_restarted_broker_is_found_again(bench: Bench) -> None:
    broker = bench.start_broker()
    bench.start_host()
    send(bench, {"n": 1})
    eventually(lambda: done(bench) == {1})
    broker.kill()
    bench.start_broker(port=int(broker.address.rpartition(":")[2]))
    send(bench, {"n": 2})
    eventually(lambda: done(bench) == {1, 2})


def test_a_function_that_exceeds_function_timeout_takes_its_instance_with_it(bench: Bench) -> None:
    bench.copy_app(functionTimeout="00:00:01")
    bench.start_broker()
    host = bench.start_host()
    send(bench, {"n": 1, "seconds": 20})
    assert host.process.wait(20) == 75
    assert "work ran longer than functionTimeout 0:00:01" in host.log.read_text()
