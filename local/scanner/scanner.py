"""The scanner's rounds over a container."""

import datetime as dt
import logging
import threading

from azure.core import MatchConditions
from azure.core.exceptions import AzureError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import BlobProperties, ContainerClient

from local.scanner.scans import finding, is_scanned, tags

ROUND_SECONDS = 0.3

_log = logging.getLogger(__name__)


class Scanner:
    """Scans what has no result yet, but never a blob with `skips` in its name: some scans never come."""

    def __init__(self, container: ContainerClient, skips: str | None) -> None:
        self._container, self._skips = container, skips

    def round(self) -> None:
        """Scan each blob of the container that has no result yet. Raises `AzureError`."""
        for blob in self._container.list_blobs(include=["tags"]):
            if not is_scanned(blob.tags) and not (self._skips and self._skips in blob.name):
                self._scan(blob)

    def _scan(self, blob: BlobProperties) -> None:
        client = self._container.get_blob_client(blob.name)
        try:
            download = client.download_blob(etag=blob.etag, match_condition=MatchConditions.IfNotModified)
            result = finding(download.chunks())
            if client.get_blob_properties().etag.strip('"') == blob.etag.strip('"'):
                client.set_blob_tags(tags(result, dt.datetime.now(dt.UTC)))
        except (ResourceModifiedError, ResourceNotFoundError):
            _log.info("%s changed while it was scanned", blob.name)


def scan(scanner: Scanner, stop: threading.Event) -> None:
    """Go on with rounds until told to stop. Storage that is away is asked again."""
    while not stop.wait(ROUND_SECONDS):
        try:
            scanner.round()
        except AzureError as error:
            _log.warning("storage is away: %s", str(error).partition("\n")[0])
