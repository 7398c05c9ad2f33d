"""`python -m local.service_bus` and what can be said to it."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from local.service_bus.access import connection_string
from local.service_bus.options import QueueOptions, parse_queue
from tests.local.service_bus.broker_process import broker_process


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("q", QueueOptions()),
        ("q:", QueueOptions()),
        ("q:lock=5,max=3,dup=60", QueueOptions(5, 3, duplicate_window=60)),
        ("q:ttl=1.5,expired=dead-letter", QueueOptions(default_time_to_live=1.5, dead_letters_expired=True)),
    ],
)
def test_a_queue_is_written_as_name_and_options(text: str, options: QueueOptions) -> None:
    assert parse_queue(text) == ("q", options)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "does not begin with the name of a queue"),
        (":lock=5", "does not begin with the name of a queue"),
        ("/q", "does not begin with the name of a queue"),
        ("q:look=5", "option 'look' of queue 'q'; there are lock, max, dup, ttl, expired"),
        ("q:lock=301", "a lock of 301 s; at most 300 s are possible"),
        ("q:lock=0", "'0' where a number above 0 is needed"),
        ("q:lock=inf", "'inf' where a number above 0 is needed"),
        ("q:max=many", "'many' where a whole number above 0 is needed"),
        ("q:max=0", "'0' where a whole number above 0 is needed"),
        ("q:dup=soon", "could not convert string to float: 'soon'"),
        ("q:expired=yes", "expired messages can go to 'dead-letter', not to 'yes'"),
    ],
)
def test_options_that_make_no_queue_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_queue(text)


@pytest.mark.stack
@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--queue", "q:lock=301"], "at most 300 s are possible"),
        (["--queue", "q", "--real-time", "r"], "--real-time r: there is no such --queue"),
        (["--queue", "q", "--speed", "0"], "--speed 0: a number above 0 is needed"),
        ([], "required: --queue"),
    ],
)
def test_a_wrong_command_line_is_explained(tmp_path: Path, options: list[str], complaint: str) -> None:
    command = [sys.executable, "-m", "local.service_bus", "--port", "0", "--data", str(tmp_path), *options]

    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 2
    assert complaint in result.stderr


@pytest.mark.stack
def test_speed_shortens_the_wait_except_for_real_time_queues(tmp_path: Path) -> None:
    options = ["--queue", "fast", "--queue", "slow", "--speed", "600", "--real-time", "slow"]
    when = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=600)
    with broker_process(tmp_path, *options, "--key", "secret") as broker:
        text = connection_string(broker.port, "secret")
        with ServiceBusClient.from_connection_string(text, retry_total=0) as client:
            for queue in ("slow", "fast"):
                with client.get_queue_sender(queue) as sender:
                    sender.schedule_messages(ServiceBusMessage("later"), when)
            with client.get_queue_receiver("fast") as receiver:
                [message] = receiver.receive_messages(1, max_wait_time=30)
            with client.get_queue_receiver("slow") as receiver:
                [waiting] = receiver.peek_messages(1)

    assert message.enqueued_time_utc is not None
    assert message.enqueued_time_utc < when - dt.timedelta(seconds=500)
    assert message.scheduled_enqueue_time_utc is not None
    assert abs(message.scheduled_enqueue_time_utc - when) < dt.timedelta(milliseconds=1)
    assert waiting.enqueued_time_utc is not None
    assert waiting.enqueued_time_utc > when - dt.timedelta(seconds=1)
