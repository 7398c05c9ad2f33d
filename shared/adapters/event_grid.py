"""What arrives in the intake queue: BlobCreated in either of Event Grid's schemas, or our own settling message.

Source: Azure Blob Storage as an Event Grid source, 2024-01-10. Nothing here talks to anyone.
"""

import json
import re
from typing import Annotated, NamedTuple, cast

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from shared.core.drop import Blob, Upload

BLOB_CREATED = "Microsoft.Storage.BlobCreated"
WRITTEN = ("PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose")  #: operations that leave a whole blob behind
MOST_OF_AN_ID = 200  #: characters
SUBJECT = re.compile(r"/blobServices/default/containers/(?P<container>[^/]+)/blobs/(?P<name>.+)", re.DOTALL)


class UnknownMessage(ValueError):
    """Neither an event nor one of our own messages. It ends in the dead-letter queue, where people look at it."""


class Arrived(NamedTuple):
    """A blob was written."""

    container: str
    blob: Blob
    upload: Upload


class Settled(NamedTuple):
    """A folder looked like this when its settling time began."""

    container: str
    folder: str
    fingerprint: str


class Ignored(NamedTuple):
    """Nothing to do, and why."""

    reason: str


class _Lenient(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Data(_Lenient):
    api: str
    e_tag: Annotated[str, Field(alias="eTag", min_length=1)]
    content_length: Annotated[int, Field(alias="contentLength", ge=0)]
    identity: object = None
    request_id: Annotated[object, Field(alias="requestId")] = None


class _Event(_Lenient):
    type: Annotated[str, Field(validation_alias=AliasChoices("eventType", "type"))]
    subject: str = ""
    data: dict[str, object] = Field(default_factory=dict)


class _Folder(_Lenient):
    container: str
    folder: str
    fingerprint: str


class _Settle(_Lenient):
    settle: _Folder


def parse(body: bytes, container: str) -> Arrived | Settled | Ignored:
    """Read a message that is about a container. Raises `UnknownMessage`."""
    document = _document(body)
    try:
        if isinstance(document, dict) and "settle" in document:
            return Settled(**_Settle.model_validate(document).settle.model_dump())
        return _read_event(_Event.model_validate(document), container)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise UnknownMessage(f"neither an event nor a settling message: {faults}") from None


def _document(body: bytes) -> object:
    """Event Grid sends one object; an array of one is taken as well."""
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnknownMessage(f"not JSON: {type(error).__name__}") from None
    if isinstance(document, list) and len(document := cast("list[object]", document)) == 1:
        return document[0]
    return document


def _read_event(event: _Event, wanted: str) -> Arrived | Ignored:
    if event.type != BLOB_CREATED:
        return Ignored(f"event type {event.type!r}; {BLOB_CREATED!r} is what begins a run")
    where = SUBJECT.fullmatch(event.subject)
    if where is None:
        raise UnknownMessage(f"the subject {event.subject[:200]!r} names no blob")
    container, name = where["container"], where["name"]
    if container != wanted:
        return Ignored(f"a blob in the container {container!r}; datasets are dropped into {wanted!r}")
    data = _Data.model_validate(event.data)
    if data.api not in WRITTEN:
        return Ignored(f"{name!r}: the operation {data.api!r} does not end a write")
    if data.content_length == 0:
        return Ignored(f"{name!r}: empty")
    upload = Upload(by=_known(data.identity), request_id=_known(data.request_id))
    return Arrived(container, Blob(name=name, etag=data.e_tag.strip('"'), size=data.content_length), upload)


def _known(said: object) -> str | None:
    """What nothing depends on is taken as it is, or left: no upload is refused for it."""
    return said[:MOST_OF_AN_ID] if isinstance(said, str) and said.isprintable() and said else None
