import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.event_grid.events import Etag, Marks, Schema, Source, blob_created, blob_data
from local.event_grid.versions import Version
from shared.adapters.event_grid import Arrived, Ignored, Settled, UnknownMessage, parse
from shared.core.drop import Blob, Upload

# The example of Microsoft's documentation, 2024-01-10, with our container.
EVENT = {
    "topic": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acct",
    "subject": "/blobServices/default/containers/datasets/blobs/dir/new file #1?.jsonl",
    "eventType": "Microsoft.Storage.BlobCreated",
    "eventTime": "2017-06-26T18:41:00.9584103Z",
    "id": "831e1650-001e-001b-66ab-eeb76e069631",
    "data": {
        "api": "PutBlockList",
        "clientRequestId": "6d79dbfb-0e37-4fc4-981f-442c9ca65760",
        "requestId": "831e1650-001e-001b-66ab-eeb76e000000",
        "eTag": '"0x8D4BCC2E4835CD0"',
        "contentType": "text/plain",
        "contentLength": 524288,
        "blobType": "BlockBlob",
        "url": "https://acct.blob.core.windows.net/datasets/dir/new%20file%20%231%3F.jsonl",
        "sequencer": "00000000000004420000000000028963",
        "storageDiagnostics": {"batchId": "b68529f3-68cd-4744-baa4-3c0498ec19f0"},
    },
    "dataVersion": "",
    "metadataVersion": "1",
}
BLOB = Blob(name="dir/new file #1?.jsonl", etag="0x8D4BCC2E4835CD0", size=524288)
UPLOAD = Upload(by=None, request_id="831e1650-001e-001b-66ab-eeb76e000000")


def event(**changes: object) -> dict[str, object]:
    return EVENT | changes


def with_data(**changes: object) -> dict[str, object]:
    return EVENT | {"data": {**EVENT["data"], **changes}}  # pyright: ignore[reportGeneralTypeIssues]


def read(document: object) -> Arrived | Settled | Ignored:
    return parse(json.dumps(document).encode(), "datasets")


CLOUD_EVENT = {
    "source": EVENT["topic"],
    "subject": EVENT["subject"],
    "type": EVENT["eventType"],
    "time": EVENT["eventTime"],
    "id": EVENT["id"],
    "data": EVENT["data"],
    "specversion": "1.0",
}


@pytest.mark.parametrize(
    "document",
    [EVENT, CLOUD_EVENT, [EVENT], with_data(eTag="0x8D4BCC2E4835CD0")],
    ids=["event grid schema", "cloud event", "an array of one", "etag without quotes"],
)
def test_an_upload_is_read_from_every_form_of_the_event(document: object) -> None:
    assert read(document) == Arrived("datasets", BLOB, UPLOAD)


@pytest.mark.parametrize(
    ("said", "by"),
    [
        ("sftp-anna", "sftp-anna"),
        ("a" * 5000, "a" * 200),
        ("", None),
        (None, None),
        ({"name": "anna"}, None),
        ("\ud800", None),
        ("anna\nroot", None),
    ],
)
def test_who_uploaded_is_taken_where_the_event_says_so_and_costs_no_upload(said: object, by: str | None) -> None:
    arrived = read(with_data(identity=said))
    assert isinstance(arrived, Arrived)
    assert arrived.upload == UPLOAD.model_copy(update={"by": by})


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize("etag", Etag)
@pytest.mark.parametrize("name", ["a.jsonl", "support/ü/%41 b.jsonl", "x/blobs/y.jsonl", "line\nbreak", "100%"])
def test_names_come_through_as_they_are(schema: Schema, etag: Etag, name: str) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    version = Version(name, "0x1", 3, "text/plain", "BlockBlob", at)
    source = Source(topic="t", container="datasets", url="http://localhost/datasets")
    marks = Marks(id="i", request_id="r", client_request_id="c", batch_id="b", sequence=1, noticed_at=at)
    document = blob_created(schema, source, version, marks, blob_data(source, version, marks, "PutBlob", etag))
    assert read(document) == Arrived("datasets", Blob(name=name, etag="0x1", size=3), Upload(by=None, request_id="r"))


@pytest.mark.parametrize("api", ["PutBlob", "PutBlockList", "CopyBlob", "FlushWithClose"])
def test_operations_that_end_a_write_are_taken(api: str) -> None:
    assert isinstance(read(with_data(api=api)), Arrived)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (with_data(api="CreateFile", contentLength=0), "the operation 'CreateFile' does not end a write"),
        (with_data(contentLength=0), "empty"),
        (event(eventType="Microsoft.Storage.BlobDeleted"), "event type 'Microsoft.Storage.BlobDeleted'"),
        (
            [{"eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "data": {"validationCode": "1"}}],
            "SubscriptionValidationEvent",
        ),
        (event(subject="/blobServices/default/containers/runs/blobs/r/run.json"), "a blob in the container 'runs'"),
    ],
)
def test_what_begins_nothing_is_ignored_with_its_reason(document: object, reason: str) -> None:
    answer = read(document)
    assert isinstance(answer, Ignored)
    assert reason in answer.reason


def test_our_own_settling_message_is_read() -> None:
    settled = {"container": "datasets", "folder": "support/ü", "fingerprint": "abc"}
    assert read({"settle": settled}) == Settled("datasets", "support/ü", "abc")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"hello",
        b"7",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        json.dumps([EVENT, EVENT]).encode(),
        json.dumps({"settle": {"container": "datasets"}}).encode(),
        json.dumps(event(subject="/blobServices/default/containers/datasets")).encode(),
        json.dumps(with_data(eTag="")).encode(),
        json.dumps(event(data={"api": "PutBlob"})).encode(),
        json.dumps(event(data=None)).encode(),
    ],
)
def test_what_is_neither_is_refused(body: bytes) -> None:
    with pytest.raises(UnknownMessage):
        parse(body, "datasets")


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner)))
def test_no_document_breaks_the_reading(document: object) -> None:
    with contextlib.suppress(UnknownMessage):
        assert not isinstance(read(document), Arrived)
