"""Malware scans by Microsoft Defender for Storage, as it writes them into a blob's index tags.

Sources: "Understand malware scanning results", 2023-09-07: the tag and its words; a blob that changes while it is
scanned has no result (SAM259205). "Manage and find Azure Blob data with blob index tags", 2024-05-01: tags change no
ETag, belong to one version, and take rights of their own. Microsoft spells the keys in two ways, and says nowhere how
the time is written: both are read leniently.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

from shared.adapters.azure_errors import translated
from shared.core.drop import Blob
from shared.core.errors import DropChanged
from shared.core.scan import Scan

RESULT, TIME = "malware scanning scan result", "malware scanning scan time utc"  #: keys of tags, in lower case
OUTCOMES: dict[str, Literal["clean", "infected"]] = {"no threats found": "clean", "malicious": "infected"}
CLOCKS_APART = timedelta(minutes=1)  #: how far the scanner's clock may be behind the storage's
MOST_SHOWN = 120  #: characters of a tag's value, of which there may be 256
NEEDS = (
    "the data action 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/tags/read', "
    "which 'Storage Blob Data Reader' lacks,"
)


class DefenderScans:
    def __init__(self, service: BlobServiceClient) -> None:
        self._service = service

    def scan(self, container: str, blob: Blob) -> Scan:
        client = self._service.get_blob_client(container, blob.name)
        with translated(f"looking for the malware scan of {blob.name!r}", NEEDS):
            try:
                tags = client.get_blob_tags()
                now = client.get_blob_properties()
            except ResourceNotFoundError as error:
                raise DropChanged(f"{blob.name!r} was removed before it was read") from error
        # An ETag never comes back: if it is ours after the tags were read, it was ours when they were.
        if now.etag.strip('"') != blob.etag:
            raise DropChanged(f"{blob.name!r} was uploaded again: the newer version takes over")
        return read_tags(tags, now.last_modified)


def read_tags(tags: Mapping[str, str], written_at: datetime) -> Scan:
    """The scan of the version that was written then. What cannot be understood counts as no result."""
    found = {key.lower(): value for key, value in tags.items()}
    result, scanned_at = found.get(RESULT, ""), _instant(found.get(TIME, ""))
    outcome = OUTCOMES.get(result.lower())
    if not result:
        return Scan(outcome="awaited", said="no result of a malware scan")
    if outcome == "clean" and (scanned_at is None or scanned_at < written_at - CLOCKS_APART):
        return Scan(outcome="awaited", said=f"its scan, of {found.get(TIME, 'no time')[:MOST_SHOWN]!r}, is of before")
    return Scan(outcome=outcome or "awaited", said=f"the scan says {result[:MOST_SHOWN]!r}")


def _instant(text: str) -> datetime | None:
    """UTC, whether it says so or not; `None` if it is no time."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
