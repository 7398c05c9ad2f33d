"""What Defender for Storage writes beside a blob, read from Azurite."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient

from shared.adapters.defender_scans import CLOCKS_APART, MOST_SHOWN, DefenderScans, read_tags
from shared.core.drop import Blob
from shared.core.errors import DropChanged, TransientError
from tests.adapters.wires import Wire, refused

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RESULT, TIME = "Malware Scanning scan result", "Malware Scanning scan time UTC"


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ({}, "awaited"),
        ({"Project": "tunedrop"}, "awaited"),
        ({RESULT: "No threats found", TIME: "2026-11-24 12:00:03Z"}, "clean"),
        ({RESULT.capitalize(): "No threats found", TIME.capitalize(): "2026-11-24T12:00:03"}, "clean"),
        ({RESULT: "No threats found"}, "awaited"),
        ({RESULT: "No threats found", TIME: "yesterday"}, "awaited"),
        ({RESULT: "No threats found", TIME: "2026-11-24 11:00:00Z"}, "awaited"),
        ({RESULT: "Malicious", TIME: "2026-11-24 12:00:03Z"}, "infected"),
        ({RESULT: "Malicious"}, "infected"),
        ({RESULT: "Not scanned", TIME: "2026-11-24 12:00:03Z"}, "awaited"),
        ({RESULT: "Error", TIME: "2026-11-24 12:00:03Z"}, "awaited"),
        ({RESULT: "SAM259205: Scan failed due to ETag mismatch", TIME: "2026-11-24 12:00:03Z"}, "awaited"),
        ({RESULT: "no threats found, almost", TIME: "2026-11-24 12:00:03Z"}, "awaited"),
        ({RESULT: "", TIME: "2026-11-24 12:00:03Z"}, "awaited"),
    ],
)
def test_only_a_clean_result_of_this_version_lets_it_through(tags: dict[str, str], outcome: str) -> None:
    assert read_tags(tags, NOON).outcome == outcome


@pytest.mark.parametrize(("early", "outcome"), [(CLOCKS_APART, "clean"), (CLOCKS_APART * 2, "awaited")])
def test_a_scan_of_before_the_upload_is_of_something_else(early: timedelta, outcome: str) -> None:
    tags = {RESULT: "No threats found", TIME: (NOON - early).isoformat()}
    assert read_tags(tags, NOON).outcome == outcome


def test_what_the_scanner_says_is_passed_on_and_cut() -> None:
    assert read_tags({RESULT: "SAM259215: delayed"}, NOON).said == "the scan says 'SAM259215: delayed'"
    assert len(read_tags({RESULT: "x" * 256}, NOON).said) < MOST_SHOWN + 40


@pytest.fixture
def upload(container: ContainerClient) -> Callable[[bytes], Blob]:
    def write(content: bytes) -> Blob:
        made = container.upload_blob("a.jsonl", content, overwrite=True).get_blob_properties()
        return Blob(name="a.jsonl", etag=made.etag.strip('"'), size=len(content))

    return write


def tag(container: ContainerClient, result: str) -> None:
    container.get_blob_client("a.jsonl").set_blob_tags(
        {RESULT: result, TIME: f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z"}
    )


@pytest.mark.stack
@pytest.mark.parametrize(("result", "outcome"), [("No threats found", "clean"), ("Malicious", "infected")])
def test_a_result_counts_for_the_version_that_bears_it(
    blob_service: BlobServiceClient,
    container: ContainerClient,
    upload: Callable[[bytes], Blob],
    result: str,
    outcome: str,
) -> None:
    scans = DefenderScans(blob_service)
    older = upload(b"{}")
    assert scans.scan(container.container_name, older).outcome == "awaited"
    tag(container, result)
    assert scans.scan(container.container_name, older).outcome == outcome
    newer = upload(b"[]")
    assert scans.scan(container.container_name, newer).outcome == "awaited"
    with pytest.raises(DropChanged, match="uploaded again"):
        scans.scan(container.container_name, older)


@pytest.mark.stack
def test_a_blob_that_is_gone_has_no_scan(
    blob_service: BlobServiceClient, container: ContainerClient, upload: Callable[[bytes], Blob]
) -> None:
    blob = upload(b"{}")
    container.delete_blob("a.jsonl")
    with pytest.raises(DropChanged, match="removed"):
        DefenderScans(blob_service).scan(container.container_name, blob)


def test_who_may_not_read_tags_is_told_which_right_it_takes() -> None:
    options: dict[str, Any] = {"transport": Wire(refused(403, "AuthorizationPermissionMismatch")), "retry_total": 0}
    service = BlobServiceClient("https://acct.blob.core.windows.net", "a2V5", **options)
    with pytest.raises(TransientError, match="blobs/tags/read"):
        DefenderScans(service).scan("datasets", Blob(name="a", etag="0x1", size=1))
