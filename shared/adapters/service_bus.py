"""Commands in Service Bus queues, one a step."""

import contextlib
import hashlib
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from azure.core.exceptions import AzureError
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSender
from azure.servicebus.exceptions import ServiceBusAuthenticationError, ServiceBusAuthorizationError

from shared.core.errors import TransientError
from shared.core.run import Order

INTAKE = "intake"
SEND_TIMEOUT = 30  #: seconds, with the SDK's own tries
NOT_GRANTED = (ServiceBusAuthenticationError, ServiceBusAuthorizationError)


class ServiceBus:
    """Sends from any thread, by one connection a queue that is kept open and made anew after a failure."""

    def __init__(self, client: ServiceBusClient, now: Callable[[], datetime]) -> None:
        self._client, self._now = client, now
        self._lock = threading.Lock()
        self._outlets: dict[str, _Outlet] = {}

    def send(self, order: Order) -> None:
        command = order.command
        message = ServiceBusMessage(
            command.model_dump_json(),
            message_id=command.message_id,
            correlation_id=command.run_id,
            subject=command.step.value,
            content_type="application/json",
            application_properties={"run_id": command.run_id},
            scheduled_enqueue_time_utc=self._time(order.after),
        )
        self._outlet(command.step.value).send(message)

    def settle(self, container: str, folder: str, fingerprint: str, after: timedelta) -> None:
        place = hashlib.sha256(f"{container}/{folder}".encode("utf-8", "surrogatepass")).hexdigest()
        message = ServiceBusMessage(
            json.dumps({"settle": {"container": container, "folder": folder, "fingerprint": fingerprint}}),
            message_id=f"settle.{place}.{fingerprint}",
            content_type="application/json",
            scheduled_enqueue_time_utc=self._time(after),
        )
        self._outlet(INTAKE).send(message)

    def _outlet(self, queue: str) -> "_Outlet":
        with self._lock:
            return self._outlets.setdefault(queue, _Outlet(self._client, queue))

    def _time(self, after: timedelta) -> datetime | None:
        return self._now() + after if after > timedelta() else None


class _Outlet:
    """One queue's sender. The SDK's senders are not to be shared between threads, so one sends at a time."""

    def __init__(self, client: ServiceBusClient, queue: str) -> None:
        self._client, self._queue = client, queue
        self._lock = threading.Lock()
        self._sender: ServiceBusSender | None = None

    def send(self, message: ServiceBusMessage) -> None:
        what = f"sending to the queue {self._queue!r}"
        with self._lock:
            try:
                self._opened().send_messages(message, timeout=SEND_TIMEOUT)
            except NOT_GRANTED as error:
                self._close()
                needs = f"the role 'Azure Service Bus Data Sender' on the queue {self._queue!r}"
                text = f"{what}: {error.message}; it takes {needs}, and a new right takes minutes to work"
                raise TransientError(text) from error
            except (AzureError, OSError) as error:
                self._close()
                raise TransientError(f"{what}: {type(error).__name__}: {error}") from error

    def _opened(self) -> ServiceBusSender:
        if self._sender is None:
            self._sender = self._client.get_queue_sender(self._queue)
        return self._sender

    def _close(self) -> None:
        """Let go of a sender whose connection is in doubt: its close may fail for the reason its send did."""
        sender, self._sender = self._sender, None
        if sender:
            with contextlib.suppress(AzureError, OSError):
                sender.close()
