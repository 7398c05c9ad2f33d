"""The Service Bus queue trigger: receive, run, settle.

A return completes the message and an exception abandons it, so that its delivery count grows until the
broker dead-letters it. The lock is renewed while the function runs, up to maxAutoLockRenewalDuration.
A message whose lock was lost is not settled: the broker has already given it to somebody else.

Receiving is by the asyncio half of the SDK: one long poll a queue, about 0.05 % of a processor each
while idle, and settling and renewing need no lock against it. Its receive and settle calls show up as
dependencies in the app's telemetry when that is on (unconfirmed on Azure).
"""

import asyncio
import logging
from dataclasses import dataclass

from azure.core.exceptions import AzureError
from azure.core.pipeline.transport import AsyncioRequestsTransport
from azure.identity.aio import DefaultAzureCredential
from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus.aio import ServiceBusClient, ServiceBusReceiver
from azure.servicebus.exceptions import ServiceBusError
from opentelemetry.trace import SpanKind

from local.functions_host.app_settings import Identity
from local.functions_host.host_json import ServiceBusOptions
from local.functions_host.invocations import DRAIN_SECONDS, Invocations, Work
from local.functions_host.message_lock import MessageLock
from local.functions_host.service_bus_message import body_of, trace_context_of, trigger_metadata
from local.functions_host.triggers import QueueTrigger
from local.functions_host.worker import Function

log = logging.getLogger(__name__)

#: of one call; the broker answers earlier when there is a message
LONG_POLL_SECONDS = 60
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class Concurrency:
    """What the queues of one instance share."""

    options: ServiceBusOptions
    #: as many as maxConcurrentCalls; one is held while a function runs
    slots: asyncio.Semaphore


def connect(connection: str | Identity) -> ServiceBusClient:
    """A client for the connection that a binding names; it connects when a queue is received from.

    Without retries of its own: those of a settlement would reopen, under the listener's feet, the link
    that it is receiving from.
    """
    if isinstance(connection, str):
        return ServiceBusClient.from_connection_string(connection, retry_total=0)
    credential = DefaultAzureCredential(
        managed_identity_client_id=connection.client_id, transport=AsyncioRequestsTransport()
    )
    return ServiceBusClient(connection.address, credential, retry_total=0)


class QueueListener:
    def __init__(
        self,
        function: Function,
        trigger: QueueTrigger,
        client: ServiceBusClient,
        invocations: Invocations,
        concurrency: Concurrency,
    ) -> None:
        self._function, self._trigger, self._client = function, trigger, client
        self._invocations, self._options = invocations, concurrency.options
        self._slots = concurrency.slots
        self._running = set[asyncio.Task[None]]()

    async def run(self) -> None:
        """Listen until cancelled, whatever happens to the broker; then let running functions finish."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                async with self._receiver() as receiver:
                    pause = FIRST_PAUSE_SECONDS
                    await self._pump(receiver)
            except (AzureError, OSError, ValueError) as error:
                log.warning("queue %r: %s; again in %.1f s", self._trigger.queue, error, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _receiver(self) -> ServiceBusReceiver:
        prefetch = self._options.prefetch_count
        return self._client.get_queue_receiver(self._trigger.queue, prefetch_count=prefetch)

    async def _pump(self, receiver: ServiceBusReceiver) -> None:
        """One message at a time: a call for more would wait for more."""
        try:
            while True:
                await self._free_slot()
                for message in await receiver.receive_messages(1, LONG_POLL_SECONDS):
                    await self._start(receiver, message)
        except asyncio.CancelledError:
            if self._running:
                await asyncio.wait(self._running, timeout=DRAIN_SECONDS)
            raise

    async def _free_slot(self) -> None:
        """Wait until something could run, so that a busy instance leaves messages to others."""
        async with self._slots:
            return

    async def _start(self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage) -> None:
        lock = MessageLock(receiver, message, self._options.max_auto_lock_renewal_duration)
        try:
            await self._slots.acquire()
        except asyncio.CancelledError:
            await lock.release()
            await self._settle(receiver, message, failed=True)
            raise
        task = asyncio.create_task(self._process(receiver, message, lock))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _process(
        self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage, lock: MessageLock
    ) -> None:
        parent = trace_context_of(message)
        attributes = {"messaging.system": "servicebus", "messaging.destination": self._trigger.queue}
        with self._invocations.request(self._function, SpanKind.CONSUMER, parent, attributes) as request:
            try:
                answer = await self._invocations.run(self._work(message), request)
            finally:
                self._slots.release()
                await lock.release()
            await self._settle(receiver, message, failed=answer.error is not None)

    def _work(self, message: ServiceBusReceivedMessage) -> Work:
        metadata = trigger_metadata(message)
        return Work(
            function=self._function,
            parameter=self._trigger.parameter,
            data=body_of(message, as_text=self._trigger.as_text),
            metadata=metadata,
            cause=f"message {message.message_id!r} of queue {self._trigger.queue!r}, "
            f"delivery {metadata['DeliveryCount'].value}",
        )

    async def _settle(self, receiver: ServiceBusReceiver, message: ServiceBusReceivedMessage, *, failed: bool) -> None:
        """An exception abandons even where autoCompleteMessages is false (ServiceBusProcessorOptions)."""
        auto_complete = self._trigger.auto_complete
        if auto_complete is None:
            auto_complete = self._options.auto_complete_messages
        try:
            if failed:
                await receiver.abandon_message(message)
            elif auto_complete:
                await receiver.complete_message(message)
        except (ServiceBusError, ValueError) as error:
            text = "message %r of queue %r was not settled and will be delivered again: %s"
            log.warning(text, message.message_id, self._trigger.queue, error)
