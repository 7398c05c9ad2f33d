"""The BlobCreated event, key by key.

Source: Azure Blob Storage as an Event Grid source, 2024-01-10; Service Bus queues and topics as
event handlers, 2024-01-17.
"""

import datetime as dt
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import quote

from local.event_grid.versions import Version

BLOB_CREATED = "Microsoft.Storage.BlobCreated"
SUBSCRIPTION_NAME = "DATASETS"


class Schema(StrEnum):
    """In which of its two schemas Event Grid delivers."""

    CLOUDEVENTS = "cloudevents"
    EVENTGRID = "eventgrid"


class Etag(StrEnum):
    """How `data.eTag` is written. The official examples disagree, so both occur."""

    QUOTED = "quoted"
    UNQUOTED = "unquoted"


class Source(NamedTuple):
    """Where the blobs are."""

    topic: str  #: ARM id of the storage account
    container: str
    url: str  #: of the container, without a slash at the end


class Marks(NamedTuple):
    """What tells one event from every other."""

    id: str
    request_id: str
    client_request_id: str
    batch_id: str
    sequence: int  #: grows with every event
    noticed_at: dt.datetime  #: UTC


def default_etag(schema: Schema) -> Etag:
    """The form that the newer examples of a schema use."""
    return Etag.QUOTED if schema is Schema.EVENTGRID else Etag.UNQUOTED


def api(committed_blocks: int) -> str:
    """The operation that wrote a blob: only Put Block List leaves committed blocks behind."""
    return "PutBlockList" if committed_blocks else "PutBlob"


def sequencer(version: Version, sequence: int) -> str:
    """32 hex digits that sort, for one blob name, in the order of its versions.

    The time comes first: a ledger that was thrown away starts counting again.
    """
    return f"{int(version.written_at.timestamp()):016x}{sequence:016x}"


def subject(container: str, name: str) -> str:
    """The path of a blob as events name it; the blob's name stands in it as it is, not encoded."""
    return f"/blobServices/default/containers/{container}/blobs/{name}"


def blob_created(
    schema: Schema, source: Source, version: Version, marks: Marks, data: dict[str, object]
) -> dict[str, object]:
    """The whole event in one of the two schemas, around the `data` that both share."""
    topic, path, when = source.topic, subject(source.container, version.name), _instant(marks.noticed_at)
    if schema is Schema.CLOUDEVENTS:
        return {
            "source": topic,
            "subject": path,
            "type": BLOB_CREATED,
            "time": when,
            "id": marks.id,
            "data": data,
            "specversion": "1.0",
        }
    return {
        "topic": topic,
        "subject": path,
        "eventType": BLOB_CREATED,
        "eventTime": when,
        "id": marks.id,
        "data": data,
        "dataVersion": "",
        "metadataVersion": "1",
    }


def blob_data(source: Source, version: Version, marks: Marks, operation: str, etag: Etag) -> dict[str, object]:
    """The event's `data`, the same in both schemas."""
    return {
        "api": operation,
        "clientRequestId": marks.client_request_id,
        "requestId": marks.request_id,
        "eTag": f'"{version.etag}"' if etag is Etag.QUOTED else version.etag,
        "contentType": version.content_type,
        "contentLength": version.size,
        "blobType": version.blob_type,
        "url": f"{source.url}/{quote(version.name, safe='~/')}",
        "sequencer": sequencer(version, marks.sequence),
        "storageDiagnostics": {"batchId": marks.batch_id},
    }


def headers(schema: Schema, event_id: str) -> dict[str | bytes, str]:
    """The application properties that Event Grid gives the brokered message."""
    return {
        "aeg-subscription-name": SUBSCRIPTION_NAME,
        "aeg-delivery-count": "0",
        "aeg-event-type": "Notification",
        "aeg-data-version": "",
        "aeg-metadata-version": "1.0" if schema is Schema.CLOUDEVENTS else "1",
        "aeg-output-event-id": event_id,
    }


def _instant(at: dt.datetime) -> str:
    """An instant as Event Grid writes it: UTC, seven decimals."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
