import datetime as dt

import pytest

from local.event_grid.events import (
    Etag,
    Marks,
    Schema,
    Source,
    api,
    blob_created,
    blob_data,
    default_etag,
    headers,
    sequencer,
)
from local.event_grid.versions import Identity, Version, news

WRITTEN = dt.datetime(2026, 11, 24, 10, 0, 0, tzinfo=dt.UTC)
SOURCE = Source("/subscriptions/s/storageAccounts/a", "datasets", "http://127.0.0.1:10000/a/datasets")
MARKS = Marks("event-1", "request-1", "client-1", "batch-1", 7, WRITTEN)


def version(name: str = "faq/train.jsonl", etag: str = "0x1", **other: object) -> Version:
    first = Version(name, etag, 12, "application/jsonl", "BlockBlob", WRITTEN)
    return first._replace(**other)


def event(schema: Schema, of: Version | None = None, etag: Etag = Etag.UNQUOTED) -> dict:
    of = of or version()
    return blob_created(schema, SOURCE, of, MARKS, blob_data(SOURCE, of, MARKS, "PutBlob", etag))


def test_a_cloud_event_has_exactly_the_documented_keys() -> None:
    made = event(Schema.CLOUDEVENTS)
    assert {key: value for key, value in made.items() if key != "data"} == {
        "source": SOURCE.topic,
        "subject": "/blobServices/default/containers/datasets/blobs/faq/train.jsonl",
        "type": "Microsoft.Storage.BlobCreated",
        "time": "2026-11-24T10:00:00.0000000Z",
        "id": "event-1",
        "specversion": "1.0",
    }


def test_an_event_grid_event_has_exactly_the_documented_keys() -> None:
    made = event(Schema.EVENTGRID)
    assert {key: value for key, value in made.items() if key != "data"} == {
        "topic": SOURCE.topic,
        "subject": "/blobServices/default/containers/datasets/blobs/faq/train.jsonl",
        "eventType": "Microsoft.Storage.BlobCreated",
        "eventTime": "2026-11-24T10:00:00.0000000Z",
        "id": "event-1",
        "dataVersion": "",
        "metadataVersion": "1",
    }


@pytest.mark.parametrize("schema", Schema)
def test_the_data_is_the_same_in_both_schemas(schema: Schema) -> None:
    assert event(schema)["data"] == {
        "api": "PutBlob",
        "clientRequestId": "client-1",
        "requestId": "request-1",
        "eTag": "0x1",
        "contentType": "application/jsonl",
        "contentLength": 12,
        "blobType": "BlockBlob",
        "url": "http://127.0.0.1:10000/a/datasets/faq/train.jsonl",
        "sequencer": sequencer(version(), 7),
        "storageDiagnostics": {"batchId": "batch-1"},
    }


@pytest.mark.parametrize(("schema", "written"), [(Schema.EVENTGRID, '"0x1"'), (Schema.CLOUDEVENTS, "0x1")])
def test_the_etag_is_written_as_the_examples_of_its_schema_have_it(schema: Schema, written: str) -> None:
    assert event(schema, etag=default_etag(schema))["data"]["eTag"] == written


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("a b.jsonl", "a%20b.jsonl"),
        ("50%.jsonl", "50%25.jsonl"),
        ("q?#+.jsonl", "q%3F%23%2B.jsonl"),
        ("größe/日本.jsonl", "gr%C3%B6%C3%9Fe/%E6%97%A5%E6%9C%AC.jsonl"),
    ],
)
def test_the_subject_is_not_encoded_and_the_url_is(name: str, encoded: str) -> None:
    made = event(Schema.CLOUDEVENTS, version(name))
    assert made["subject"] == f"/blobServices/default/containers/datasets/blobs/{name}"
    assert made["data"]["url"] == f"{SOURCE.url}/{encoded}"


def test_only_a_block_list_leaves_committed_blocks() -> None:
    assert (api(0), api(1), api(40)) == ("PutBlob", "PutBlockList", "PutBlockList")


def test_a_sequencer_sorts_as_text_in_the_order_of_versions_even_when_counting_starts_again() -> None:
    later = version(written_at=WRITTEN + dt.timedelta(seconds=1))
    marks = [sequencer(version(), 9), sequencer(version(), 10), sequencer(later, 1)]
    assert marks == sorted(marks)
    assert {len(mark) for mark in marks} == {32}


def test_the_headers_name_the_event() -> None:
    assert headers(Schema.CLOUDEVENTS, "event-1")["aeg-output-event-id"] == "event-1"
    assert headers(Schema.EVENTGRID, "event-1")["aeg-metadata-version"] == "1"


def test_news_is_what_has_an_unknown_name_and_etag() -> None:
    listing = [version("a", "0x1"), version("a", "0x2"), version("b", "0x1")]
    assert news(listing, {Identity("a", "0x1")}) == [version("a", "0x2"), version("b", "0x1")]


def test_news_comes_oldest_first() -> None:
    old = version("z", written_at=WRITTEN - dt.timedelta(seconds=5))
    assert news([version("a"), old], set()) == [old, version("a")]


def test_only_block_blobs_are_news() -> None:
    assert news([version(blob_type="AppendBlob"), version(blob_type="PageBlob")], set()) == []
