"""Runs as JSON blobs, one a run. The blob's ETag is the lock (RFC 9110, section 13.1.1: If-Match).

<run id>/run.json          the run
<run id>/told/<revision>   a receipt: this notice was told
active/<run id>            the marker of a live run; made before the run, removed after its end
"""

import heapq
import logging
import re
from collections.abc import Iterator
from datetime import datetime

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.storage.blob import BlobClient, ContainerClient

from shared.adapters.azure_errors import translated
from shared.core.errors import RunConflict, RunUnreadable
from shared.core.run import Run, parse_run

log = logging.getLogger("tunedrop.runs")
DOCUMENT = "run.json"
MARKERS = "active/"
RUN_ID = re.compile("[0-9a-f]{16}")
"""Ids that come from outside, in addresses and messages, become part of a blob's name. A name with `..` in it would
lead the HTTP client to another container, which the app's identity may read."""


class BlobRuns:
    def __init__(self, container: ContainerClient) -> None:
        self._container = container
        self._needs = f"the role 'Storage Blob Data Contributor' on the container {container.container_name!r}"

    def create(self, run: Run) -> Run:
        with translated(f"creating run {run.id!r}", self._needs):
            self._blob(f"{MARKERS}{run.id}").upload_blob(b"", overwrite=True)
            try:
                self._document(run.id).upload_blob(_body(run), overwrite=False)  # If-None-Match: *
            except ResourceExistsError:
                return self.load(run.id)[0]
        return run

    def load(self, run_id: str) -> tuple[Run, str]:
        if not RUN_ID.fullmatch(run_id):
            raise KeyError(run_id)
        with translated(f"loading run {run_id!r}", self._needs):
            try:
                download = self._document(run_id).download_blob()
            except ResourceNotFoundError as error:
                raise KeyError(run_id) from error
            return parse_run(run_id, download.readall()), str(download.properties.etag)

    def save(self, run: Run, if_match: str) -> str:
        with translated(f"saving run {run.id!r}", self._needs):
            try:
                saved = self._document(run.id).upload_blob(
                    _body(run), overwrite=True, etag=if_match, match_condition=MatchConditions.IfNotModified
                )
            except ResourceModifiedError as error:
                raise RunConflict(f"run {run.id!r} changed before revision {run.revision}") from error
            return str(saved["etag"])

    def exists(self, run_id: str) -> bool:
        with translated(f"looking for run {run_id!r}", self._needs):
            return self._document(run_id).exists()

    def live(self) -> Iterator[tuple[str, datetime]]:
        with translated("listing live runs", self._needs):
            for marker in self._container.list_blobs(name_starts_with=MARKERS):
                yield marker.name.removeprefix(MARKERS), marker.last_modified

    def touch(self, run_id: str) -> None:
        with translated(f"touching run {run_id!r}", self._needs):
            self._blob(f"{MARKERS}{run_id}").upload_blob(b"", overwrite=True)

    def retire(self, run_id: str) -> None:
        with translated(f"retiring run {run_id!r}", self._needs):
            try:
                self._blob(f"{MARKERS}{run_id}").delete_blob()
            except ResourceNotFoundError:
                return

    def latest(self, most: int) -> list[Run]:
        """Lists every blob of the container, but keeps and loads no more than asked for."""
        with translated("listing runs", self._needs):
            newest = heapq.nlargest(most, self._documents())
        runs = [run for _, run_id in newest if (run := self._readable(run_id))]
        return sorted(runs, key=lambda run: run.updated_at, reverse=True)  # listings tell times by the second

    def _readable(self, run_id: str) -> Run | None:
        try:
            return self.load(run_id)[0]
        except RunUnreadable as error:
            log.warning("%s", error)
            return None

    def was_told(self, run_id: str, revision: int) -> bool:
        with translated(f"reading a receipt of run {run_id!r}", self._needs):
            return self._receipt(run_id, revision).exists()

    def mark_told(self, run_id: str, revision: int) -> None:
        with translated(f"writing a receipt of run {run_id!r}", self._needs):
            self._receipt(run_id, revision).upload_blob(b"", overwrite=True)

    def _documents(self) -> Iterator[tuple[datetime, str]]:
        for blob in self._container.list_blobs():
            if blob.name.endswith(f"/{DOCUMENT}"):
                yield blob.last_modified, blob.name.removesuffix(f"/{DOCUMENT}")

    def _document(self, run_id: str) -> BlobClient:
        return self._blob(f"{run_id}/{DOCUMENT}")

    def _receipt(self, run_id: str, revision: int) -> BlobClient:
        return self._blob(f"{run_id}/told/{revision}")

    def _blob(self, name: str) -> BlobClient:
        return self._container.get_blob_client(name)


def _body(run: Run) -> bytes:
    return run.model_dump_json().encode()
