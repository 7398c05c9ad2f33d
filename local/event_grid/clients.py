"""The watcher's two edges by Microsoft's own SDKs."""

import contextlib
from collections.abc import Iterator

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSender
from azure.storage.blob import BlobProperties, ContainerClient

from local.event_grid.events import Schema, Source, headers
from local.event_grid.versions import Version
from local.event_grid.watcher import Message

_TOPIC = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local"
    "/providers/Microsoft.Storage/storageAccounts/{account}"
)
_CONTENT_TYPES = {
    Schema.CLOUDEVENTS: "application/cloudevents+json; charset=utf-8",
    Schema.EVENTGRID: "application/json; charset=utf-8",
}


class ContainerBlobs:
    """The blobs of one container."""

    def __init__(self, connection_string: str, container: str) -> None:
        self._client = ContainerClient.from_connection_string(
            connection_string, container, retry_total=0, connection_timeout=2, read_timeout=10
        )
        topic = _TOPIC.format(account=self._client.account_name)
        self.source = Source(topic, container, self._client.url.partition("?")[0])

    def listing(self) -> Iterator[Version]:
        for blob in self._client.list_blobs():
            yield to_version(blob)

    def committed_blocks(self, name: str) -> int:
        try:
            committed, _ = self._client.get_blob_client(name).get_block_list("committed")
        except ResourceNotFoundError:
            return 0
        return len(committed)


class BusQueue:
    """A Service Bus queue, by one connection that is made anew after a failure."""

    def __init__(self, connection_string: str, queue: str, schema: Schema) -> None:
        self._connection_string, self._queue, self._schema = connection_string, queue, schema
        self._opened = contextlib.ExitStack()
        self._sender: ServiceBusSender | None = None

    def send(self, message: Message) -> None:
        self._sender = self._sender or self._open()
        try:
            self._sender.send_messages(to_brokered(self._schema, message))
        except AzureError:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next event opens another."""
        self._sender = None
        self._opened.close()

    def _open(self) -> ServiceBusSender:
        client = ServiceBusClient.from_connection_string(self._connection_string, retry_total=0)
        self._opened.enter_context(client)
        return self._opened.enter_context(client.get_queue_sender(self._queue))


def to_brokered(schema: Schema, message: Message) -> ServiceBusMessage:
    """The message as Event Grid hands it to Service Bus."""
    return ServiceBusMessage(
        message.body,
        message_id=message.message_id,
        content_type=_CONTENT_TYPES[schema],
        application_properties={**headers(schema, message.event_id)},
    )


def to_version(blob: BlobProperties) -> Version:
    """A version from the SDK's account of a blob."""
    return Version(
        name=blob.name,
        etag=blob.etag.strip('"'),
        size=blob.size,
        content_type=blob.content_settings.content_type or "application/octet-stream",
        blob_type=str(getattr(blob.blob_type, "value", blob.blob_type)),
        written_at=blob.last_modified,
    )
