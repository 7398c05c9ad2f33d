"""The same broker through the other half of the SDK."""

import asyncio

import pytest
from azure.servicebus import (
    ServiceBusMessage,
)
from azure.servicebus.aio import ServiceBusClient as AsyncServiceBusClient

from tests.local.service_bus.conformance.asking import (
    PATIENCE,
    QUEUE,
    in_seconds,
    texts,
)

pytestmark = pytest.mark.stack


def test_the_asyncio_client_does_the_same(connection_string: str) -> None:
    async def use() -> list[str]:
        got: list[str] = []
        async with (
            AsyncServiceBusClient.from_connection_string(connection_string, retry_total=0) as client,
            client.get_queue_sender(QUEUE) as sender,
            client.get_queue_receiver(QUEUE) as receiver,
        ):
            await sender.send_messages([ServiceBusMessage(str(number)) for number in range(10)])
            while len(got) < 10:
                messages = await receiver.receive_messages(10, max_wait_time=PATIENCE)
                assert messages, got
                await asyncio.gather(*(receiver.complete_message(message) for message in messages))
                got += texts(messages)
            [number] = await sender.schedule_messages(ServiceBusMessage("x"), in_seconds(600))
            await sender.cancel_scheduled_messages(number)
            assert await receiver.peek_messages(1, sequence_number=1) == []
        return got

    assert asyncio.run(use()) == list("0123456789")
